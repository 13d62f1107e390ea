package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.VmmKind;
import org.nofear.templates.AppArmorProfile;

/**
 * Whether the VMM is held to what it needs. lkvm follows links that a guest makes, so that without this a hostile guest reads
 * what the user may read: a failure. QEMU follows none: there it is a second wall.
 */
final class ConfinementCheck implements Check {

    private static final String LOADED = "/sys/kernel/security/apparmor/profiles";

    private static final String LANDLOCK =
            "add landlock to the kernel's parameter lsm= (a kernel of 5.13 or newer with CONFIG_SECURITY_LANDLOCK)";

    @Override
    public String id() {
        return "vmm.confinement";
    }

    @Override
    public List<String> dependsOn() {
        return List.of("vmm.binary");
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        if (!context.live()) {
            return context.offline("what holds the VMM");
        }
        if (context.installed().get(ConfigKey.CONFINEMENT).filter("off"::equals).isPresent()) {
            return Finding.fail(
                    "switched off by the administrator (confinement = off): a hostile guest could read and change what "
                            + context.user().name() + " may",
                    "sudo sed -i '/^ *confinement *=/d' /etc/nofear/nofear.conf");
        }
        boolean lkvm = context.installed().vmm().equals(Optional.of(VmmKind.LKVM));
        LandlockAbi landlock = new LandlockAbi(context.host().os().landlockAbi());
        Finding finding = lkvm && landlock.none() ? appArmor(context) : landlock(context, lkvm, landlock);
        return finding.with("landlock", landlock.words())
                .with("apparmor", context.facts().security().appArmor() ? "on" : "off")
                .with("selinux", context.facts().security().selinux().name())
                .with("modules", String.join(" ", context.facts().security().modules()));
    }

    private static Finding landlock(DoctorContext context, boolean lkvm, LandlockAbi abi) {
        if (!abi.none()) {
            String free = String.join(", ", abi.missing());
            return Finding.pass("Landlock confines " + (lkvm ? "lkvm" : "QEMU, beside its own seccomp sandbox")
                    + (free.isEmpty() ? "" : "; in this kernel it leaves free: " + free));
        }
        return lkvm
                ? Finding.fail(
                        "nothing confines lkvm: a hostile guest could read what "
                                + context.user().name() + " may",
                        LANDLOCK)
                : Finding.warn("no Landlock: QEMU is held by its seccomp sandbox alone", LANDLOCK);
    }

    private Finding appArmor(DoctorContext context) {
        if (!context.facts().security().appArmor()) {
            return Finding.fail(
                    "no Landlock in this kernel, and AppArmor is off: a hostile guest could read what "
                            + context.user().name() + " may",
                    LANDLOCK);
        }
        if (context.host().program("apparmor_parser").isEmpty()) {
            return Finding.fail(
                    "no Landlock in this kernel, and AppArmor's profile can't be loaded: there is no apparmor_parser",
                    LANDLOCK);
        }
        Optional<String> loaded = context.host().read(LOADED);
        if (loaded.isEmpty() && !context.root()) {
            return context.needsRoot(id(), "which AppArmor profiles are loaded");
        }
        Optional<String> ours = loaded.orElse("")
                .lines()
                .filter(line -> line.startsWith(AppArmorProfile.NAME + " "))
                .findFirst();
        if (ours.isEmpty()) {
            return Finding.fail(
                    "the AppArmor profile " + AppArmorProfile.NAME + " is not loaded",
                    context.fixes().repair());
        }
        return ours.get().endsWith("(enforce)")
                ? Finding.pass("AppArmor confines lkvm")
                : Finding.fail(
                        "the AppArmor profile " + AppArmorProfile.NAME + " only complains",
                        "sudo aa-enforce " + AppArmorProfile.NAME);
    }
}
