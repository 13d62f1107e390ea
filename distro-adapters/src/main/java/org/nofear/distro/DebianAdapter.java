package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** Debian, Ubuntu and all that is made of them. Names read in the indexes of Debian 11, 12, 13 and sid on 2026-11-23. */
final class DebianAdapter implements DistroAdapter {

    private static final String TRIXIE = "trixie";

    /** Releases whose default-jre is Java 11; Devuan's names stand beside Debian's. */
    private static final Set<String> DEFAULT_JRE_TOO_OLD =
            Set.of("bullseye", "chimaera", "byzantium", "elsie", "focal", "jammy");

    /** Releases of Debian without Xpra. */
    private static final Set<String> WITHOUT_XPRA = Set.of(TRIXIE, "excalibur", "gigi");

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.JRE, "default-jre-headless")
            .with(PackageNeed.JDK, "default-jdk-headless")
            .with(PackageNeed.MAVEN, "maven")
            .with(PackageNeed.XPRA, "xpra", "python3-gi-cairo", "python3-pil", "python3-lz4")
            .with(PackageNeed.XVFB, "xvfb")
            .with(PackageNeed.QEMU, "qemu-system-x86")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap2-bin")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables")
            .with(PackageNeed.IPROUTE, "iproute2")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox-static")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "gcc",
                    "libc6-dev",
                    "make",
                    "flex",
                    "bison",
                    "bc",
                    "libelf-dev",
                    "libssl-dev",
                    "perl",
                    "xz-utils",
                    "lz4")
            .with(PackageNeed.KERNEL_SOURCE, "linux-source")
            .with(PackageNeed.C_COMPILER, "gcc", "libc6-dev")
            .with(PackageNeed.STATIC_LIBC, "libc6-dev")
            .with(
                    PackageNeed.PULSEAUDIO,
                    "pulseaudio",
                    "pulseaudio-utils",
                    "python3-gst-1.0",
                    "gstreamer1.0-pulseaudio",
                    "gstreamer1.0-plugins-base",
                    "gstreamer1.0-plugins-good")
            .with(PackageNeed.GIT, "git")
            .with(PackageNeed.XZ, "xz-utils");

    @Override
    public Family family() {
        return Family.DEBIAN;
    }

    @Override
    public Set<String> ids() {
        return Set.of(
                "debian",
                "ubuntu",
                "linuxmint",
                "pop",
                "elementary",
                "zorin",
                "neon",
                "endless",
                "kali",
                "parrot",
                "raspbian",
                "devuan",
                "tails",
                "trisquel",
                "pureos",
                "deepin",
                "mx");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/var/lib/dpkg/status");
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.APT;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        String codename = release.baseCodename().orElse("");
        if (need == PackageNeed.JRE && DEFAULT_JRE_TOO_OLD.contains(codename)) {
            return Supply.packages("openjdk-17-jre-headless");
        }
        if (need == PackageNeed.JDK && DEFAULT_JRE_TOO_OLD.contains(codename)) {
            return Supply.packages("openjdk-17-jdk-headless");
        }
        if (need == PackageNeed.XPRA && WITHOUT_XPRA.contains(codename)) {
            return new Supply.Elsewhere("This release has no xpra package: add xpra.org's repository "
                    + "(https://github.com/Xpra-org/xpra/wiki/Download), then: apt-get install xpra");
        }
        return PACKAGES.get(need);
    }

    @Override
    public List<String> kernelSources() {
        return List.of("/usr/src/linux-source-*.tar.xz", "/usr/src/linux-source-*.tar.bz2", "/usr/src/linux-source-*");
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "net.nat",
                "Debian's nftables.service flushes all tables when it stops or reloads, NoFear's too.",
                "NoFear's unit is reloaded with nftables.service."));
    }
}
