package org.nofear.setup.doctor;

import java.util.List;
import java.util.Locale;

/** All checks, in the order of the contract. */
public final class Checks {

    private Checks() {}

    /** Each after those that it depends on. */
    public static List<Check> all() {
        return List.of(
                new HostChecks.Distro(),
                new HostChecks.Arch(),
                new KvmChecks.Device(),
                new KvmChecks.MayUse(),
                new KvmChecks.Runs(),
                new KvmChecks.Nested(),
                new VmmChecks.Binary(),
                new VmmChecks.Capabilities(),
                new ConfinementCheck(),
                new KernelChecks.Image(),
                new KernelChecks.Config(),
                new GuestImageCheck(),
                new AlternativesCheck(),
                new UnreadableCheck(),
                new FontsCheck(),
                new NetworkChecks.Forwarding(),
                new FirewallChecks.Nat(),
                new FirewallChecks.ForwardPolicy(),
                new TapsCheck(),
                new NetworkChecks.Dns(),
                new GuiChecks.Xpra(),
                new GuiChecks.Flags(),
                new GuiChecks.Sound(),
                new SpaceCheck(),
                new DriftCheck(),
                new BootCheck(),
                new ConfigCheck());
    }

    /** Their ids. */
    public static List<String> ids() {
        return all().stream().map(Check::id).toList();
    }

    /** Ids that somebody who wrote a wrong one may have meant: of the same family, or with the same last word. */
    public static List<String> like(String wrong) {
        String text = wrong.toLowerCase(Locale.ROOT);
        String family = text.replaceFirst("\\..*", "");
        String name = text.substring(text.lastIndexOf('.') + 1);
        return ids().stream()
                .filter(id -> !text.isBlank())
                .filter(id -> id.startsWith(family + ".") || id.endsWith("." + name) || id.contains(name))
                .toList();
    }
}
