package org.nofear.setup.describe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.VmmKind;
import org.nofear.facts.Architecture;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Before;

/**
 * What install decides from what was found and what was asked for, before anything is described.
 *
 * @param lkvm where lkvm comes from
 * @param candidates the VMMs to boot the guest with, best first
 * @param network how guests reach the network
 */
record Choices(LkvmChoice lkvm, List<VmmKind> candidates, NetworkChoice network) {

    Choices {
        candidates = List.copyOf(candidates);
    }

    /**
     * Decides.
     *
     * @param before what was there before install changed it
     * @throws UserError when what is asked for cannot be had on this host
     */
    static Choices of(Host host, HostFacts facts, Before before, InstallOptions options, Layout layout) {
        boolean untold = facts.architecture() == Architecture.UNKNOWN && !host.live();
        if (facts.architecture() != Architecture.X86_64 && !untold) {
            throw new UserError(
                    ExitCode.FAILED,
                    "NoFear runs on x86_64, and this host is "
                            + facts.architecture().id());
        }
        LkvmChoice lkvm = LkvmChoice.of(host, facts, options);
        return new Choices(
                lkvm, candidates(facts, options, lkvm), NetworkChoice.of(host, facts, before, options, layout));
    }

    private static List<VmmKind> candidates(HostFacts facts, InstallOptions options, LkvmChoice lkvm) {
        List<VmmKind> candidates = new ArrayList<>();
        boolean kvm = facts.kvm().device().present();
        if (!(lkvm instanceof LkvmChoice.None) && kvm) {
            candidates.add(VmmKind.LKVM);
        }
        if (options.vmm() != InstallOptions.Vmm.LKVM) {
            if (kvm) {
                candidates.add(VmmKind.QEMU_KVM);
            }
            candidates.add(VmmKind.QEMU_TCG);
        }
        return candidates;
    }

    /** Where lkvm is going to be; empty where there is none. */
    Optional<Path> lkvmPath(Layout layout) {
        return lkvm instanceof LkvmChoice.None ? Optional.empty() : Optional.of(Path.of(layout.lkvm()));
    }
}
