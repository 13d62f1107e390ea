package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Command;
import org.nofear.host.Host;

/**
 * The virtual machine monitors of a host.
 *
 * @param lkvm absolute paths of the lkvm binaries found, NoFear's own first
 * @param qemu QEMU for this architecture
 */
public record VmmFacts(List<String> lkvm, Optional<Qemu> qemu) {

    /**
     * A QEMU.
     *
     * @param path absolute
     * @param version empty where its program could not be asked (an offline tree, a broken installation)
     * @param microvm whether it has the machine {@code microvm}; false where it could not be asked
     */
    public record Qemu(String path, Optional<QemuVersion> version, boolean microvm) {}

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    public VmmFacts {
        lkvm = List.copyOf(lkvm);
    }

    /** Runs QEMU twice (about 30 ms each). */
    static VmmFacts detect(Host host, String prefix, Architecture architecture) {
        List<String> lkvm = Stream.of(
                        prefix + "/lib/nofear/lkvm",
                        "/usr/local/bin/lkvm",
                        "/usr/bin/lkvm",
                        "/run/current-system/sw/bin/lkvm")
                .filter(path -> host.file(path).filter(Files::isRegularFile).isPresent())
                .toList();
        return new VmmFacts(lkvm, qemuPath(host, architecture).map(path -> ask(host, path)));
    }

    /** RHEL and its rebuilds keep their only QEMU in libexec. */
    private static Optional<String> qemuPath(Host host, Architecture architecture) {
        return host.program("qemu-system-" + qemuName(architecture))
                .or(() -> Optional.of("/usr/libexec/qemu-kvm")
                        .filter(path ->
                                host.file(path).filter(Files::isRegularFile).isPresent()));
    }

    private static String qemuName(Architecture architecture) {
        return switch (architecture) {
            case ARMV7L -> "arm";
            case I686 -> "i386";
            case PPC64LE -> "ppc64";
            default -> architecture.id();
        };
    }

    private static Qemu ask(Host host, String path) {
        if (!host.answers()) {
            return new Qemu(path, Optional.empty(), false);
        }
        return new Qemu(
                path,
                QemuVersion.parse(output(host, path, "--version")),
                hasMicrovm(output(host, path, "-machine", "help")));
    }

    /** From the table that {@code -machine help} prints: the name first, then a description. */
    static boolean hasMicrovm(String machines) {
        return machines.lines().anyMatch(line -> line.startsWith("microvm "));
    }

    private static String output(Host host, String... argv) {
        try {
            return host.commands().run(Command.of(argv).withDeadline(DEADLINE)).output();
        } catch (IOException broken) {
            return "";
        }
    }
}
