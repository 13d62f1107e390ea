package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** Void Linux: xbps, runit, glibc or musl. */
final class VoidAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "openjdk17-jre")
            .with(PackageNeed.JDK, "openjdk17")
            .with(PackageNeed.MAVEN, "apache-maven")
            .with(PackageNeed.XPRA, "xpra")
            .with(PackageNeed.XVFB, "xorg-server-xvfb")
            .with(PackageNeed.QEMU, "qemu")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap-progs")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox-static")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "base-devel",
                    "bc",
                    "flex",
                    "bison",
                    "elfutils-devel",
                    "openssl-devel",
                    "perl",
                    "xz",
                    "lz4")
            .elsewhere(
                    PackageNeed.KERNEL_SOURCE,
                    "Void packages no kernel source: give a kernel.org tarball with --kernel-source, or use --kernel stock.")
            .with(PackageNeed.C_COMPILER, "gcc")
            .with(PackageNeed.STATIC_LIBC, "gcc") // it wants glibc-devel or musl-devel, whichever is this system's
            .with(PackageNeed.PULSEAUDIO, "pulseaudio", "pulseaudio-utils")
            .with(PackageNeed.GIT, "git")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.VOID;
    }

    @Override
    public Set<String> ids() {
        return Set.of("void");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/var/db/xbps");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.XBPS;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "gui.xpra", "Void's xpra is an orphaned 3.0.", "NoFear uses only the flags that 3.0 has."));
    }
}
