package org.nofear.launch;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.nofear.contract.PlanKey;
import org.nofear.contract.SharedDirectories;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code nofear run}: plans the VM. The C program that asked for the plan (NOFEAR_PLAN_OUT) then runs it; the command itself
 * never passes through here but to be counted, so that no byte of it is changed.
 */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run a command in a VM; without one, a shell.",
        customSynopsis = "nofear run [OPTION...] [--] CMD [ARG...]",
        synopsisHeading = "Example: nofear run -p bank firefox%nUsage: ",
        optionListHeading = "%nOptions:%n",
        sortOptions = false,
        usageHelpWidth = 100)
final class RunCommand implements Callable<Integer> {

    /** A year. */
    private static final int LONGEST_LINGER = 366 * 86_400;

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-p", "--profile"},
            paramLabel = "NAME",
            defaultValue = "default",
            description = "What the command changes is kept under this name (default: default).")
    private String profile = "default";

    @Option(
            names = {"-t", "--temporary"},
            description = "Keep nothing.")
    private boolean temporary;

    @Option(
            names = {"-g", "--gui"},
            description = "Show windows (done without being asked for programs known to have some).")
    private boolean gui;

    @Option(
            names = {"-s", "--sound"},
            description = "Play the guest's sound.")
    private boolean sound;

    @Option(
            names = {"-m", "--microphone"},
            description = "Let the guest hear the microphone.")
    private boolean microphone;

    @Option(
            names = "--clipboard",
            paramLabel = "in|both|none",
            defaultValue = "in",
            description = "Windows: in, the guest sees the host's clipboard (default); both ways; none.")
    private String clipboard = "in";

    @Option(names = "--no-gui", description = "Show no windows.")
    private boolean noGui;

    @Option(
            names = {"-f", "--shared-folder"},
            paramLabel = "DIR[:ro]",
            description = "Share a directory, at /shared; more of them as DIR=/path[:ro].")
    private List<String> folders = new ArrayList<>();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Pass or set a variable.")
    private List<String> environment = new ArrayList<>();

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            defaultValue = "",
            description = "The working directory in the VM.")
    private String workdir = "";

    @Option(names = "--memory", paramLabel = "SIZE", defaultValue = "", description = "Such as 512M or 4G.")
    private String memory = "";

    @Option(names = "--cpus", paramLabel = "N", description = "How many processors; under QEMU at most 32.")
    private Optional<Integer> cpus = Optional.empty();

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "",
            description = "The most that the profile may hold (default: 16G; it takes what it uses, and can grow).")
    private String size = "";

    @Option(
            names = "--network",
            paramLabel = "none|default|internet|lan",
            defaultValue = "default",
            description = "none: only lo; internet: not the local network; lan: all that the host reaches (default).")
    private String network = "default";

    @Option(
            names = "--linger",
            paramLabel = "SECONDS",
            description = "Wait for a next command; 0: not even for daemons left.")
    private Optional<Integer> linger = Optional.empty();

    @Option(names = "--root", description = "Run the command as root of the VM.")
    private boolean root;

    @Option(names = "--timing", description = "Print where the time went, at the end.")
    private boolean timing;

    @Option(names = "--dry-run", description = "Print the VM's command line, an argument a line, and start nothing.")
    private boolean dryRun;

    @Option(names = "--allow-root", description = "Allow that root of this machine runs it.")
    private boolean allowRoot;

    @Parameters(hidden = true)
    private List<String> command = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Caller caller = main.caller();
        if (caller.root() && !allowRoot) {
            throw LaunchError.failed("not as root: run it as an ordinary user (or say --allow-root)");
        }
        RunOptions options = options();
        LaunchConfig config = LaunchConfig.read(main.library());
        GuestEtc own = GuestEtc.read(config.library().resolve("guest-etc"), caller.uid(), caller.gid());
        LaunchPlanner planner = new LaunchPlanner(config, caller, own);
        planner.check(options);
        SharedDirectories tree = SharedDirectories.of(Path.of("/"));
        Seed seed = Seed.of(
                Path.of("/"),
                caller.home().resolve(".seed"),
                EtcAllowList.builtIn(),
                own,
                ReadablePrograms.of(Path.of("/"), config.library().resolve("readable")));
        LaunchPlan plan = planner.plan(options, tree, seed);
        if (dryRun) {
            print(plan);
            return 0;
        }
        if (!temporary) {
            new Profiles(caller).check(options.profile());
        }
        writable(caller)
                .add(options.folders().stream()
                        .filter(folder -> !folder.readOnly())
                        .map(folder -> new WritableFolders.Folder(folder.directory(), folder.id()))
                        .toList());
        hand(dependencies(plan, options, tree), LaunchPlanner.sources(config, tree, seed, options));
        return 0;
    }

    private void print(LaunchPlan plan) {
        PrintWriter out = spec.commandLine().getOut();
        plan.all(PlanKey.VMM_ARG).forEach(out::println);
        out.flush();
    }

    /** With what it depends on beside the files: cache.c looks at it. */
    private LaunchPlan dependencies(LaunchPlan plan, RunOptions options, SharedDirectories tree) {
        LaunchPlan.Builder whole = new LaunchPlan.Builder();
        plan.entries().forEach(entry -> whole.put(entry.key(), entry.value()));
        whole.putAll(PlanKey.DIRECTORY, tree.directories());
        if (!options.folders().isEmpty()) {
            whole.put(PlanKey.OPTION_DIRECTORY, Path.of("").toAbsolutePath().toString());
        }
        if (options.folders().stream().anyMatch(folder -> !folder.readOnly())) {
            whole.put(PlanKey.OPTION_WRITABLE, writable(main.caller()).file().toString());
        }
        return whole.build();
    }

    /** Gives the plan to the C program, and keeps it for the next run where nothing of it was for this one alone. */
    private void hand(LaunchPlan plan, List<Path> sources) throws IOException {
        Path file = main.caller()
                .variable("NOFEAR_PLAN_OUT")
                .map(Path::of)
                .orElseThrow(() -> LaunchError.failed("this part of NoFear is started by the program \"nofear\""));
        List<String> words = spec.commandLine().getParseResult().originalArgs();
        // The words from "run" on; the program's own name comes before them.
        int index = 1 + words.size() - command.size();
        LaunchPlan.Builder whole = new LaunchPlan.Builder();
        new RawWords(words.subList(0, words.size() - command.size())).putAll(plan, whole);
        whole.put(PlanKey.COMMAND_INDEX, index);
        List<String> options = words.subList(0, words.size() - command.size());
        options.forEach(option -> whole.put(PlanKey.OPTION, option));
        sources.forEach(source -> whole.put(PlanKey.STAMP, PlanStore.stamp(source)));
        LaunchPlan complete = whole.build();
        Files.write(file, complete.bytes());
        if (main.caller().variable("NOFEAR_VMM").isEmpty()
                && main.caller().variable("NOFEAR_BOOT_DEADLINE").isEmpty()
                && options.stream().noneMatch(RawWords::isRaw)) {
            new PlanStore(main.caller().home().resolve(".plans")).keep(complete, options);
        }
    }

    private Gui.Windows windows() {
        if (noGui) {
            return Gui.Windows.NO;
        }
        return gui || sound || microphone ? Gui.Windows.YES : Gui.Windows.AUTO;
    }

    /** The C program says when this process is not in its caller's directory: what is relative would be something else. */
    private List<String> absolute(List<String> words) {
        if (main.caller().variable("NOFEAR_NO_DIRECTORY").isPresent()) {
            words.stream().filter(word -> !word.startsWith("/")).findFirst().ifPresent(word -> {
                throw LaunchError.failed("-f " + word + ": the working directory is gone, or its name is no UTF-8:"
                        + " give the whole path, or change to another directory");
            });
        }
        return words;
    }

    private static WritableFolders writable(Caller caller) {
        return new WritableFolders(caller.home().resolve(".writable"));
    }

    private RunOptions options() {
        cpus.filter(number -> number < 1).ifPresent(number -> {
            throw LaunchError.failed("--cpus: " + number + " is no number of processors");
        });
        linger.filter(seconds -> seconds < 0 || seconds > LONGEST_LINGER).ifPresent(seconds -> {
            throw LaunchError.failed("--linger: " + seconds + " is no number of seconds, 0 to " + LONGEST_LINGER);
        });
        if (temporary && linger.orElse(0) > 0) {
            throw LaunchError.failed("--linger: no command can join a temporary VM (-t): give one of the two alone");
        }
        return new RunOptions(
                new ProfileName(profile),
                temporary,
                windows(),
                sound && !noGui,
                microphone && !noGui,
                Gui.Clipboard.of(clipboard),
                new SharedFolders(absolute(folders), writable(main.caller())).parse(),
                environment,
                Optional.of(workdir).filter(text -> !text.isEmpty()),
                Optional.of(memory)
                        .filter(text -> !text.isEmpty())
                        .map(text -> Sizes.mebibytes("--memory", text, LaunchPlanner.LEAST_MEMORY)),
                cpus,
                Optional.of(size).filter(text -> !text.isEmpty()).map(text -> Sizes.bytes("--size", text)),
                Reach.of(network),
                linger,
                root,
                timing);
    }
}
