package org.nofear.setup.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nofear.contract.NetworkMode;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of install and plan. */
final class InstallArguments {

    private static final Map<String, InstallOptions.Vmm> VMMS =
            Map.of("auto", InstallOptions.Vmm.AUTO, "lkvm", InstallOptions.Vmm.LKVM, "qemu", InstallOptions.Vmm.QEMU);

    private static final long LONGEST_WAIT = 86_400;
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    private static final Map<String, InstallOptions.Gui> GUIS =
            Map.of("auto", InstallOptions.Gui.AUTO, "yes", InstallOptions.Gui.YES, "no", InstallOptions.Gui.NO);

    @Mixin
    private RootArgument root = new RootArgument();

    @Option(names = "--vmm", paramLabel = "auto|lkvm|qemu", defaultValue = "auto", description = "which VMM")
    private String vmm = "auto";

    @Option(names = "--lkvm", paramLabel = "FILE", description = "an existing lkvm")
    private @Nullable String lkvm;

    @Option(
            names = "--kvmtool-source",
            paramLabel = "DIR|TARBALL|GIT-URL",
            description = "where kvmtool's source is (default: upstream's, at a pinned commit)")
    private @Nullable String kvmtoolSource;

    @Option(
            names = "--kernel",
            paramLabel = "build|stock|FILE",
            defaultValue = "build",
            description = "the guest kernel: built, the host's own, or a bzImage")
    private String kernel = "build";

    @Option(
            names = "--kernel-source",
            paramLabel = "DIR|TARBALL|auto",
            defaultValue = "auto",
            description = "the kernel's source (auto: the distribution's)")
    private String kernelSource = "auto";

    @Option(
            names = "--network",
            paramLabel = "auto|tap|user|none",
            defaultValue = "auto",
            description = "how guests reach the network (auto: the best that can be had)")
    private String network = "auto";

    @Option(
            names = "--gui",
            paramLabel = "auto|yes|no",
            defaultValue = "auto",
            description = "what programs with windows need (auto: on a host with a desktop)")
    private String gui = "auto";

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "who may run VMs; repeatable (default: who called sudo)")
    private List<String> users = new ArrayList<>();

    @Mixin
    private PrefixArgument prefix = new PrefixArgument();

    @Option(names = "--jobs", paramLabel = "N", description = "parallel jobs of builds (default: all processors)")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "how long to wait for another who has the lock on packages (default: ${DEFAULT-VALUE})")
    private long wait = 300;

    @Option(names = "--yes", description = "ask nothing (nothing is asked at present; for scripts)")
    private boolean yes;

    @Option(names = "--force", description = "also where VMs that run lose their network")
    private boolean force;

    /**
     * How long others' locks are waited for.
     *
     * @throws UserError (2) when it makes no sense
     */
    Duration packageWait() {
        if (wait < 0 || wait > LONGEST_WAIT) {
            throw usage("--wait: seconds from 0 to " + LONGEST_WAIT + ", not " + wait);
        }
        return Duration.ofSeconds(wait);
    }

    /**
     * The options, checked.
     *
     * @throws UserError (2) naming the option that makes no sense
     */
    InstallOptions options(Surroundings surroundings, boolean dryRun) {
        Path tree = root.root();
        if (jobs < 1) {
            throw usage("--jobs: at least 1, not " + jobs);
        }
        return new InstallOptions(
                tree,
                choice("--vmm", vmm, VMMS),
                Optional.ofNullable(lkvm).map(InstallArguments::program),
                Optional.ofNullable(kvmtoolSource).map(source -> source("--kvmtool-source", source)),
                kernel(),
                Optional.of(kernelSource)
                        .filter(source -> !source.equals("auto"))
                        .map(source -> {
                            return existing("--kernel-source", source).toString();
                        }),
                networkMode(network),
                choice("--gui", gui, GUIS),
                users(surroundings, surroundings.host(tree)),
                prefix.path(),
                jobs,
                yes,
                dryRun,
                force);
    }

    /** Empty: the best that can be had. */
    private static Optional<NetworkMode> networkMode(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        Optional<NetworkMode> mode = NetworkMode.of(word);
        if (mode.isEmpty() && !word.equals("auto")) {
            throw usage("--network: one of auto, none, tap, user, not " + text);
        }
        return mode;
    }

    private static <T> T choice(String option, String text, Map<String, T> choices) {
        return Optional.ofNullable(choices.get(text.toLowerCase(Locale.ROOT)))
                .orElseThrow(() -> usage(option + ": one of "
                        + choices.keySet().stream()
                                .sorted()
                                .reduce((a, b) -> a + ", " + b)
                                .orElse("")
                        + ", not " + text));
    }

    private static Path program(String file) {
        Path path = existing("--lkvm", file);
        if (!Files.isRegularFile(path) || !Files.isExecutable(path) || !elf(path)) {
            throw usage("--lkvm: " + path + " is not an executable program");
        }
        return path;
    }

    /** Also of root, whom the kernel lets execute much, a text is no VMM. */
    private static boolean elf(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ELF.length), ELF);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** A git URL is left as it is; what it is worth shows when it is fetched. */
    private static String source(String option, String source) {
        boolean url = source.matches("(?s)(https?|git|ssh|file)://.*") || source.matches("[\\w.-]+@[\\w.-]+:.*");
        return url ? source : existing(option, source).toString();
    }

    private InstallOptions.Kernel kernel() {
        return switch (kernel) {
            case "build" -> new InstallOptions.Kernel.Build();
            case "stock" -> new InstallOptions.Kernel.Stock();
            default -> {
                Path image = existing("--kernel", kernel);
                if (!Files.isRegularFile(image)) {
                    throw usage("--kernel: " + image + " is not a file");
                }
                yield new InstallOptions.Kernel.Given(image);
            }
        };
    }

    private static Path existing(String option, String text) {
        try {
            return Path.of(text).toRealPath();
        } catch (IOException | InvalidPathException absent) {
            throw usage(option + ": there is no " + text);
        }
    }

    private List<String> users(Surroundings surroundings, Host host) {
        if (!users.isEmpty()) {
            users.forEach(user -> Users.check(host, user));
            return users.stream().distinct().toList();
        }
        return surroundings
                .variable("SUDO_USER")
                .filter(user -> host.live() && !user.equals("root") && Users.nameable(user))
                .map(List::of)
                .orElse(List.of());
    }

    private static UserError usage(String what) {
        return new UserError(ExitCode.USAGE, what);
    }
}
