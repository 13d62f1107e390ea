package org.nofear.distro;

import java.util.Set;
import org.nofear.host.Host;

/** Solus: eopkg. */
final class SolusAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "openjdk-17")
            .with(PackageNeed.JDK, "openjdk-17")
            .with(PackageNeed.MAVEN, "apache-maven")
            .with(PackageNeed.XVFB, "xorg-server")
            .with(PackageNeed.QEMU, "qemu")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap2")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "gcc",
                    "glibc-devel",
                    "linux-headers",
                    "binutils",
                    "make",
                    "flex",
                    "bison",
                    "bc",
                    "libelf-devel",
                    "openssl-devel",
                    "perl",
                    "xz",
                    "lz4")
            .with(PackageNeed.C_COMPILER, "gcc", "glibc-devel", "linux-headers")
            .with(PackageNeed.STATIC_LIBC, "glibc-devel")
            .with(PackageNeed.PULSEAUDIO, "pulseaudio")
            .with(PackageNeed.GIT, "git")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.SOLUS;
    }

    @Override
    public Set<String> ids() {
        return Set.of("solus");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/var/lib/eopkg");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.EOPKG;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }
}
