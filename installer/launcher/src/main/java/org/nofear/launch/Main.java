package org.nofear.launch;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.nofear.image.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The Java part of {@code nofear}: the command line. */
@Command(
        name = "nofear",
        mixinStandardHelpOptions = true,
        description = "Runs any program of this machine in a hardware VM of its own.",
        synopsisHeading = "Example: nofear run firefox%nUsage: ",
        customSynopsis = "nofear run [OPTION...] [--] CMD [ARG...]",
        commandListHeading = "%nCommands (COMMAND --help tells more):%n",
        optionListHeading = "%nOptions:%n",
        subcommands = {RunCommand.class, ProfileCommand.class, PsCommand.class, StopCommand.class, DesktopCommand.class
        },
        usageHelpWidth = 100)
public final class Main implements Callable<Integer> {

    private final Caller caller;
    private final Path library;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-d", "--delete"},
            paramLabel = "NAME",
            defaultValue = "",
            description = "Delete a profile and all that it keeps.")
    private String delete = "";

    Main(Caller caller, Path library) {
        this.caller = caller;
        this.library = library;
    }

    /** Runs one command; its status becomes the process's. */
    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    private static int execute(String[] arguments) {
        PrintWriter error = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        try {
            Caller caller = Caller.current(System.getenv());
            Path library = Path.of(System.getProperty("nofear.lib", "/usr/local/lib/nofear"));
            return commandLine(new Main(caller, library), List.of(arguments)).execute(arguments);
        } catch (LaunchError failed) {
            error.println("nofear: " + Printable.of(String.valueOf(failed.getMessage())));
            return failed.status();
        }
    }

    /** The command line: its commands and options, for who describes them. */
    public static CommandLine commandLine(Map<String, String> environment) {
        return commandLine(new Main(Caller.current(environment), Path.of("/usr/lib/nofear")), List.of());
    }

    static CommandLine commandLine(Main main, List<String> arguments) {
        CommandLine line = new CommandLine(main);
        line.getSubcommands().values().forEach(sub -> sub.setStopAtPositional(sub.getCommand() instanceof RunCommand));
        line.setUsageHelpAutoWidth(false);
        line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
        line.setExecutionExceptionHandler((exception, failed, result) -> {
            Throwable reason = exception instanceof ExecutionException && exception.getCause() != null
                    ? exception.getCause()
                    : exception;
            if (reason instanceof LaunchError known) {
                failed.getErr().println("nofear: " + Printable.of(String.valueOf(known.getMessage())));
                return known.status();
            }
            failed.getErr().println("nofear: this is a bug, please report it: " + Printable.of(reason.toString()));
            return LaunchError.FAILED;
        });
        line.setParameterExceptionHandler((exception, words) -> usage(exception, arguments));
        return line;
    }

    /** One line, a suggestion where there is one; {@code run} fails with 125, which no command is blamed for. */
    private static int usage(ParameterException exception, List<String> arguments) {
        PrintWriter error = exception.getCommandLine().getErr();
        String name = exception.getCommandLine().getCommandSpec().qualifiedName();
        error.println("nofear: "
                + Printable.of(String.valueOf(exception.getMessage())
                        .lines()
                        .findFirst()
                        .orElse("")) + "; see \"" + name
                + " --help\"");
        UnmatchedArgumentException.printSuggestions(exception, error);
        return !arguments.isEmpty() && arguments.get(0).equals("run") ? LaunchError.FAILED : LaunchError.USAGE;
    }

    Caller caller() {
        return caller;
    }

    Path library() {
        return library;
    }

    @Override
    public Integer call() {
        if (!delete.isEmpty()) {
            new Profiles(caller).delete(new ProfileName(delete));
            return 0;
        }
        throw new ParameterException(spec.commandLine(), "missing command");
    }
}
