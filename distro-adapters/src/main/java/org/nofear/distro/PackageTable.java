package org.nofear.distro;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The package names of a family, as data. A need without an entry is answered with a general advice. */
final class PackageTable {

    private final Map<PackageNeed, Supply> entries;

    private PackageTable(Map<PackageNeed, Supply> entries) {
        this.entries = entries;
    }

    static PackageTable empty() {
        return new PackageTable(new EnumMap<>(PackageNeed.class));
    }

    PackageTable with(PackageNeed need, String... names) {
        return with(need, Supply.packages(names));
    }

    PackageTable elsewhere(PackageNeed need, String advice) {
        return with(need, new Supply.Elsewhere(advice));
    }

    private PackageTable with(PackageNeed need, Supply supply) {
        Map<PackageNeed, Supply> more = new EnumMap<>(PackageNeed.class);
        more.putAll(entries);
        more.put(need, supply);
        return new PackageTable(more);
    }

    Supply get(PackageNeed need) {
        Supply supply = entries.get(need);
        return supply != null ? supply : new Supply.Elsewhere(general(need));
    }

    private static String general(PackageNeed need) {
        List<String> programs =
                need.probes().stream().map(anyOf -> anyOf.get(0)).toList();
        return switch (need) {
            case KERNEL_SOURCE ->
                "Give a Linux source tree or tarball of 6.1 or newer with --kernel-source, or a built kernel with --kernel FILE.";
            case XPRA -> "Install Xpra from https://github.com/Xpra-org/xpra/wiki/Download";
            default -> "Install what provides " + String.join(", ", programs) + ".";
        };
    }
}
