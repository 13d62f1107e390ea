package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** Alpine Linux and postmarketOS: musl, busybox, OpenRC. */
final class AlpineAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "openjdk17-jre-headless")
            .with(PackageNeed.JDK, "openjdk17-jdk")
            .with(PackageNeed.MAVEN, "maven")
            .with(PackageNeed.XPRA, "xpra")
            .with(PackageNeed.XVFB, "xvfb")
            .with(PackageNeed.QEMU, "qemu-system-x86_64")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap-setcap")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox-static")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "build-base",
                    "flex",
                    "bison",
                    "bc",
                    "elfutils-dev",
                    "openssl-dev",
                    "linux-headers",
                    "perl",
                    "findutils",
                    "diffutils",
                    "xz",
                    "lz4")
            .elsewhere(
                    PackageNeed.KERNEL_SOURCE,
                    "Alpine packages no kernel source: give a kernel.org tarball with --kernel-source, or use --kernel stock.")
            .with(PackageNeed.C_COMPILER, "gcc", "musl-dev", "linux-headers")
            .with(PackageNeed.STATIC_LIBC, "musl-dev")
            .with(PackageNeed.PULSEAUDIO, "pulseaudio", "pulseaudio-utils")
            .with(PackageNeed.GIT, "git")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.ALPINE;
    }

    @Override
    public Set<String> ids() {
        return Set.of("alpine", "postmarketos");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/lib/apk/db") || host.exists("/usr/lib/apk/db");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.APK;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }

    @Override
    public String addToGroup(String user, String group) {
        return "addgroup " + user + " " + group;
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "guest.unreadable",
                "/bin/bbsuid (4111), behind su and mount, cannot be read by the unprivileged VMM.",
                "install makes a readable copy for the guest."));
    }
}
