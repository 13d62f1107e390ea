package org.nofear.setup.describe;

import java.util.Locale;
import java.util.stream.Collectors;
import org.nofear.contract.VmmKind;
import org.nofear.facts.HostFacts;
import org.nofear.setup.engine.Progress;

/**
 * Tells in a few lines what was found, and what follows from it.
 *
 * @param facts of the host
 * @param choices that follow
 */
record Found(HostFacts facts, Choices choices) {

    void tell(Progress progress) {
        progress.note(String.format(
                "host: %s, %s, kernel %s, %s, %s",
                facts.distribution().osRelease().prettyName(),
                facts.architecture().id(),
                facts.kernelRelease().isEmpty() ? "not running" : facts.kernelRelease(),
                facts.init().id(),
                facts.packageManager().program().isEmpty()
                        ? "no package manager"
                        : facts.packageManager().program()));
        progress.note(String.format(
                "found: %s, %s, %s, %s, firewall %s",
                kvm(),
                facts.vmm().lkvm().isEmpty()
                        ? "no lkvm"
                        : "lkvm " + facts.vmm().lkvm().get(0),
                facts.vmm()
                        .qemu()
                        .map(qemu -> "QEMU"
                                + qemu.version().map(version -> " " + version).orElse(""))
                        .orElse("no QEMU"),
                facts.xpra()
                        .map(xpra -> "Xpra"
                                + xpra.version().map(version -> " " + version).orElse(""))
                        .orElse("no Xpra"),
                firewall()));
        progress.note(String.format(
                "plan: %s; %s; network %s%s",
                choices.lkvm().words(),
                choices.candidates().isEmpty()
                        ? "no VMM"
                        : choices.candidates().stream().map(VmmKind::title).collect(Collectors.joining(", then ")),
                choices.network().id(),
                choices.network().why().map(why -> " (no tap: " + why + ")").orElse("")));
    }

    private String kvm() {
        if (!facts.kvm().device().present()) {
            return "no /dev/kvm";
        }
        return facts.kvm().cpu().virtualization() ? "KVM" : "/dev/kvm on a processor without virtualisation";
    }

    private String firewall() {
        boolean nft = facts.firewall().nft() != org.nofear.facts.FirewallFacts.Nft.ABSENT;
        String iptables = "iptables " + facts.firewall().iptables().name().toLowerCase(Locale.ROOT);
        return (nft ? "nft, " : "")
                + iptables
                + (facts.firewall().firewalld() ? ", firewalld" : "")
                + (facts.firewall().ufw() ? ", ufw" : "")
                + (facts.firewall().docker() ? ", Docker" : "");
    }
}
