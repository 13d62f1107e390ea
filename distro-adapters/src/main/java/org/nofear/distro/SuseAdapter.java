package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** openSUSE and SUSE Linux Enterprise. */
final class SuseAdapter implements DistroAdapter {

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "java-21-openjdk-headless")
            .with(PackageNeed.JDK, "java-21-openjdk-devel")
            .with(PackageNeed.MAVEN, "maven")
            .with(PackageNeed.XPRA, "xpra")
            .with(PackageNeed.XVFB, "xorg-x11-server-Xvfb")
            .with(PackageNeed.QEMU, "qemu-x86")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap-progs")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox-static")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "gcc",
                    "glibc-devel",
                    "binutils",
                    "make",
                    "flex",
                    "bison",
                    "bc",
                    "libelf-devel",
                    "libopenssl-devel",
                    "perl",
                    "xz",
                    "lz4")
            .with(PackageNeed.KERNEL_SOURCE, "kernel-source")
            .with(PackageNeed.C_COMPILER, "gcc", "glibc-devel")
            .with(PackageNeed.STATIC_LIBC, "glibc-devel-static")
            .with(PackageNeed.PULSEAUDIO, "pipewire-pulseaudio", "pulseaudio-utils")
            .with(PackageNeed.GIT, "git-core")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.SUSE;
    }

    @Override
    public Set<String> ids() {
        return Set.of(
                "opensuse",
                "suse",
                "opensuse-leap",
                "opensuse-tumbleweed",
                "opensuse-slowroll",
                "opensuse-microos",
                "opensuse-aeon",
                "sles",
                "sled",
                "sle-micro",
                "sl-micro",
                "suse-microos");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/etc/zypp") && host.exists("/usr/lib/sysimage/rpm");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.ZYPPER;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        return PACKAGES.get(need);
    }

    @Override
    public List<String> kernelSources() {
        return List.of("/usr/src/linux-[0-9]*", "/usr/src/linux");
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "guest.alternatives",
                "The certificates are links into /var/lib/ca-certificates.",
                "That directory is copied into the guest with /etc/ssl."));
    }
}
