package org.nofear.distro;

import java.util.Set;
import org.nofear.host.Host;

/** Any other Linux system: everything is probed, nothing is installed, advice names programs and not packages. */
final class GenericAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty();

    @Override
    public Family family() {
        return Family.GENERIC;
    }

    /** Those known to be like no other; their ID_LIKE or package databases look like another family's (Mageia's, Wolfi's). */
    @Override
    public Set<String> ids() {
        return Set.of(
                "guix",
                "slackware",
                "chimera",
                "exherbo",
                "clear-linux-os",
                "kaos",
                "altlinux",
                "mageia",
                "openmandriva",
                "pclinuxos",
                "photon",
                "wolfi");
    }

    @Override
    public boolean recognises(Host host) {
        return true;
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.NONE;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }
}
