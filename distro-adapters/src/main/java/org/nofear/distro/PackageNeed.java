package org.nofear.distro;

import java.nio.file.Files;
import java.util.List;
import org.nofear.host.Host;

/** What NoFear may want from a distribution's packages. Whether a need is met is probed by files, never by a package's name. */
public enum PackageNeed {
    /** A Java run time, 17 or newer, without a display. */
    JRE,
    /** A Java compiler, 17 or newer. */
    JDK,
    MAVEN,
    XPRA,
    /** The X server without a screen that Xpra uses in the guest. */
    XVFB,
    /** QEMU for this machine's architecture. */
    QEMU,
    MKE2FS,
    SETCAP,
    NFT,
    IPTABLES,
    /** The command {@code ip}. */
    IPROUTE,
    BUSYBOX_STATIC,
    /** All that compiles a kernel. */
    KERNEL_BUILD,
    /** A kernel's source, to be found by the adapter's patterns. */
    KERNEL_SOURCE,
    C_COMPILER,
    /** The C library to link statically. */
    STATIC_LIBC,
    /** A PulseAudio server (PipeWire's too) and its tools, and what Xpra needs to move sound. */
    PULSEAUDIO,
    GIT,
    /** Unpacks a kernel source's tar.xz. */
    XZ;

    /**
     * The files that meet the need: one of each inner list has to be there. A word without a slash is a program in the fixed
     * directories, one with a slash is an absolute path. Empty: only the adapter knows.
     */
    public List<List<String>> probes() {
        return switch (this) {
            case JRE -> List.of(List.of("java"));
            case JDK -> List.of(List.of("javac"));
            case MAVEN -> List.of(List.of("mvn"));
            case XPRA -> List.of(List.of("xpra"));
            case XVFB -> List.of(List.of("Xvfb"));
            case QEMU -> List.of(List.of("qemu-system-x86_64", "/usr/libexec/qemu-kvm"));
            case MKE2FS -> List.of(List.of("mke2fs"));
            case SETCAP -> List.of(List.of("setcap"));
            case NFT -> List.of(List.of("nft"));
            case IPTABLES -> List.of(List.of("iptables"));
            case IPROUTE -> List.of(List.of("ip"));
            case BUSYBOX_STATIC -> List.of(List.of("busybox", "busybox.static"));
            case KERNEL_BUILD ->
                List.of(
                        List.of("gcc"),
                        List.of("make"),
                        List.of("ld"),
                        List.of("flex"),
                        List.of("bison"),
                        List.of("bc"),
                        List.of("perl"),
                        List.of("xz"),
                        List.of("lz4"),
                        List.of("/usr/include/libelf.h", "/usr/include/libelf/libelf.h"));
            case KERNEL_SOURCE -> List.of();
            case C_COMPILER -> List.of(List.of("gcc", "cc"));
            case STATIC_LIBC ->
                List.of(List.of(
                        "/usr/lib/x86_64-linux-gnu/libc.a",
                        "/usr/lib/aarch64-linux-gnu/libc.a",
                        "/usr/lib64/libc.a",
                        "/usr/lib/libc.a"));
            case PULSEAUDIO -> List.of(List.of("pulseaudio", "pipewire-pulse"), List.of("pactl"));
            case GIT -> List.of(List.of("git"));
            case XZ -> List.of(List.of("xz"));
        };
    }

    /** Whether the files are there. A need that only the adapter can judge counts as not met. */
    public boolean met(Host host) {
        return !probes().isEmpty()
                && probes().stream().allMatch(anyOf -> anyOf.stream().anyMatch(file -> present(host, file)));
    }

    private static boolean present(Host host, String file) {
        return file.startsWith("/")
                ? host.file(file).filter(Files::isRegularFile).isPresent()
                : host.program(file).isPresent();
    }
}
