package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** Gentoo, Funtoo, Calculate. */
final class GentooAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "dev-java/openjdk-jre-bin:17")
            .with(PackageNeed.JDK, "dev-java/openjdk-bin:17")
            .with(PackageNeed.MAVEN, "dev-java/maven-bin")
            .with(PackageNeed.XPRA, "x11-wm/xpra")
            .elsewhere(PackageNeed.XVFB, "Build the X server with Xvfb: USE=xvfb emerge x11-base/xorg-server")
            .with(PackageNeed.QEMU, "app-emulation/qemu")
            .with(PackageNeed.MKE2FS, "sys-fs/e2fsprogs")
            .with(PackageNeed.SETCAP, "sys-libs/libcap")
            .with(PackageNeed.NFT, "net-firewall/nftables")
            .with(PackageNeed.IPTABLES, "net-firewall/iptables")
            .with(PackageNeed.IPROUTE, "sys-apps/iproute2")
            .elsewhere(PackageNeed.BUSYBOX_STATIC, "Build busybox statically: USE=static emerge sys-apps/busybox")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "sys-devel/gcc",
                    "dev-build/make",
                    "sys-devel/flex",
                    "sys-devel/bison",
                    "sys-devel/bc",
                    "virtual/libelf",
                    "dev-lang/perl",
                    "app-arch/xz-utils",
                    "app-arch/lz4")
            .with(PackageNeed.KERNEL_SOURCE, "sys-kernel/gentoo-sources")
            .with(PackageNeed.C_COMPILER, "sys-devel/gcc")
            .elsewhere(
                    PackageNeed.STATIC_LIBC,
                    "Build the C library with its static part: USE=static-libs emerge sys-libs/glibc")
            .with(PackageNeed.PULSEAUDIO, "media-sound/pulseaudio-daemon", "media-libs/libpulse")
            .with(PackageNeed.GIT, "dev-vcs/git")
            .with(PackageNeed.XZ, "app-arch/xz-utils");

    @Override
    public Family family() {
        return Family.GENTOO;
    }

    @Override
    public Set<String> ids() {
        return Set.of("gentoo", "funtoo", "calculate");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/etc/portage") && host.exists("/var/db/pkg");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.EMERGE;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(
                new KnownDefect(
                        "guest.unreadable",
                        "With FEATURES=sfperms (the default until Portage 3.0.67) mount, umount, su and other setuid programs "
                                + "have mode 4711 and cannot be read by the unprivileged VMM.",
                        "install makes readable copies for the guest."),
                new KnownDefect(
                        "guest.alternatives",
                        "libstdc++ and libgcc_s are found through /etc/ld.so.cache alone.",
                        "ld.so.cache is copied into the guest at every start."));
    }
}
