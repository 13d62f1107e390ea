package org.nofear.distro;

import java.util.Set;
import org.nofear.host.Host;

/** Arch Linux and its derivatives. */
final class ArchAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "jre21-openjdk-headless")
            .with(PackageNeed.JDK, "jdk21-openjdk")
            .with(PackageNeed.MAVEN, "maven")
            .with(PackageNeed.XPRA, "xpra")
            .with(PackageNeed.XVFB, "xorg-server-xvfb")
            .with(PackageNeed.QEMU, "qemu-base")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "gcc",
                    "binutils",
                    "make",
                    "flex",
                    "bison",
                    "bc",
                    "libelf",
                    "openssl",
                    "perl",
                    "xz",
                    "lz4")
            .elsewhere(
                    PackageNeed.KERNEL_SOURCE,
                    "Arch packages no kernel source: give a kernel.org tarball with --kernel-source, or use --kernel stock.")
            .with(PackageNeed.C_COMPILER, "gcc")
            .with(PackageNeed.STATIC_LIBC, "glibc")
            .with(PackageNeed.PULSEAUDIO, "pipewire-pulse", "libpulse")
            .with(PackageNeed.GIT, "git")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.ARCH;
    }

    @Override
    public Set<String> ids() {
        return Set.of(
                "arch",
                "archlinux",
                "archarm",
                "arch32",
                "manjaro",
                "manjaro-arm",
                "endeavouros",
                "artix",
                "garuda",
                "cachyos",
                "blackarch",
                "blendos",
                "arcolinux",
                "steamos");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/var/lib/pacman/local");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.PACMAN;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }
}
