package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** Fedora, Red Hat Enterprise Linux and their relatives. */
final class FedoraAdapter implements DistroAdapter {

    /** The first releases in which the package java-17-openjdk is gone (RHEL 10 has 21), and Fedora's first with java-25-openjdk alone. */
    private static final int FEDORA_WITHOUT_JAVA_17 = 42;

    private static final int FEDORA_WITHOUT_JAVA_21 = 43;

    private static final int RHEL_WITHOUT_JAVA_17 = 10;

    /** Its releases are numbered by years (2023), and its Java is its own. */
    private static final String AMAZON = "amzn";

    private static final String KERNEL_ADVICE =
            "No package of this distribution installs a kernel's source. Unpack one with: "
                    + "dnf download --source kernel; rpm -i kernel-*.src.rpm; and give ~/rpmbuild/SOURCES/linux-*.tar.xz with "
                    + "--kernel-source; or use --kernel stock.";

    private static final PackageTable PACKAGES = PackageTable.empty()
            .with(PackageNeed.MAVEN, "maven")
            .with(PackageNeed.XPRA, "xpra", "xpra-client-gtk3")
            .with(PackageNeed.XVFB, "xorg-x11-server-Xvfb")
            .with(PackageNeed.QEMU, "qemu-system-x86-core")
            .with(PackageNeed.MKE2FS, "e2fsprogs")
            .with(PackageNeed.SETCAP, "libcap")
            .with(PackageNeed.NFT, "nftables")
            .with(PackageNeed.IPTABLES, "iptables-nft")
            .with(PackageNeed.IPROUTE, "iproute")
            .with(PackageNeed.BUSYBOX_STATIC, "busybox")
            .with(
                    PackageNeed.KERNEL_BUILD,
                    "gcc",
                    "glibc-devel",
                    "binutils",
                    "make",
                    "flex",
                    "bison",
                    "bc",
                    "elfutils-libelf-devel",
                    "openssl-devel",
                    "perl",
                    "xz",
                    "lz4")
            .elsewhere(PackageNeed.KERNEL_SOURCE, KERNEL_ADVICE)
            .with(PackageNeed.C_COMPILER, "gcc", "glibc-devel")
            .with(PackageNeed.STATIC_LIBC, "glibc-static")
            .with(PackageNeed.PULSEAUDIO, "pipewire-pulseaudio", "pulseaudio-utils")
            .with(PackageNeed.GIT, "git-core")
            .with(PackageNeed.XZ, "xz");

    @Override
    public Family family() {
        return Family.FEDORA;
    }

    @Override
    public Set<String> ids() {
        return Set.of(
                "fedora",
                "rhel",
                "centos",
                "rocky",
                "almalinux",
                "ol",
                "amzn",
                "bazzite",
                "bluefin",
                "aurora",
                "nobara",
                "ultramarine",
                "scientific");
    }

    @Override
    public boolean recognises(Host host) {
        boolean rpm = host.exists("/usr/lib/sysimage/rpm") || host.exists("/var/lib/rpm");
        return rpm && (host.exists("/etc/dnf") || host.exists("/etc/yum.repos.d") || host.exists("/ostree/repo"));
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.DNF;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        boolean enterprise = enterprise(release);
        int version = release.majorVersion().orElse(Integer.MAX_VALUE);
        if (need == PackageNeed.JRE || need == PackageNeed.JDK) {
            return Supply.packages(
                    java(release, enterprise, version) + (need == PackageNeed.JRE ? "-headless" : "-devel"));
        }
        if (need == PackageNeed.STATIC_LIBC && enterprise && !release.id().equals(AMAZON)) {
            return new Supply.Elsewhere(
                    "glibc-static is in a repository that is off by default: dnf install glibc-static "
                            + "--enablerepo=" + (version < 9 ? "powertools" : "crb") + " (Red Hat Enterprise Linux: "
                            + "subscription-manager repos --enable codeready-builder-for-rhel-"
                            + (version == Integer.MAX_VALUE ? "N" : Integer.toString(version))
                            + "-$(arch)-rpms, and dnf install glibc-static).");
        }
        if (need == PackageNeed.QEMU && enterprise) {
            return Supply.packages("qemu-kvm-core");
        }
        if (need == PackageNeed.XPRA && enterprise) {
            return new Supply.Elsewhere(
                    "Enable EPEL (dnf install epel-release) and dnf install xpra, or add xpra.org's "
                            + "repository (https://github.com/Xpra-org/xpra/wiki/Download).");
        }
        return PACKAGES.get(need);
    }

    private static String java(OsRelease release, boolean enterprise, int version) {
        if (release.id().equals(AMAZON)) {
            return "java-17-amazon-corretto";
        }
        if (version < (enterprise ? RHEL_WITHOUT_JAVA_17 : FEDORA_WITHOUT_JAVA_17)) {
            return "java-17-openjdk";
        }
        return enterprise || version < FEDORA_WITHOUT_JAVA_21 ? "java-21-openjdk" : "java-25-openjdk";
    }

    /** RHEL and those built from it: themselves, or a relative of it that does not number its releases as Fedora does. */
    private static boolean enterprise(OsRelease release) {
        Set<String> rebuilt = Set.of("rhel", "centos", "rocky", "almalinux", "ol", AMAZON, "scientific");
        Set<String> fedoras = Set.of("fedora", "bazzite", "bluefin", "aurora", "nobara", "ultramarine");
        return rebuilt.contains(release.id())
                || (!fedoras.contains(release.id()) && release.idLike().stream().anyMatch(rebuilt::contains));
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "guest.unreadable",
                "sudo (4111), chsh and chfn (4711) cannot be read by the unprivileged VMM.",
                "install makes readable copies for the guest."));
    }
}
