package org.nofear.setup.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nofear.setup.ExitCode;
import org.nofear.setup.Failure;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Interrupt;
import org.nofear.setup.files.TextLog;
import picocli.CommandLine;

/** Runs a command line, and turns each way in which it can end into one line and an exit status. */
public final class Setup {

    private static final Path LOGS = Path.of("/var/cache/nofear/log");
    private static final int WIDTH = 100;

    private final Surroundings surroundings;

    public Setup(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * The command line: its commands and options. Where the first argument is a command only that is there: picocli looks at the
     * classes of each, which takes a tenth of a second for all.
     */
    public CommandLine line(List<String> arguments) {
        CommandLine line = new CommandLine(new SetupCommand());
        Map<String, Supplier<Object>> commands = commands();
        Optional<String> called = arguments.stream().findFirst().filter(commands::containsKey);
        commands.forEach((name, command) -> {
            if (called.isEmpty() || called.get().equals(name)) {
                line.addSubcommand(name, command.get());
            }
        });
        line.setOut(surroundings.out());
        line.setErr(surroundings.err());
        line.setUsageHelpWidth(WIDTH);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
                surroundings.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        line.getSubcommands().values().forEach(command -> {
            if (!command.getCommandName().equals("help")) {
                command.getCommandSpec().mixinStandardHelpOptions(true);
            }
        });
        line.setParameterExceptionHandler((wrong, given) -> wrongUsage(wrong));
        line.setDefaultValueProvider(this::defaultOf);
        line.setExecutionExceptionHandler((failed, command, result) -> failed(failed, arguments));
        return line;
    }

    /** By name, in the order in which help shows them. */
    private Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("install", () -> new InstallCommand(surroundings));
        commands.put("plan", () -> new PlanCommand(surroundings));
        commands.put("uninstall", () -> new UninstallCommand(surroundings));
        commands.put("doctor", () -> new DoctorCommand(surroundings));
        commands.put("verify", () -> new VerifyCommand(surroundings));
        commands.put("help", CommandLine.HelpCommand::new);
        return commands;
    }

    /** A package's NoFear is installed where it is: its start script says so. Null, for picocli: what the option says. */
    private @Nullable String defaultOf(CommandLine.Model.ArgSpec argument) {
        return argument instanceof CommandLine.Model.OptionSpec option
                        && option.longestName().equals("--prefix")
                ? surroundings.variable("NOFEAR_PREFIX").orElse(null)
                : null;
    }

    /** Runs it; returns the exit status. */
    public int run(List<String> arguments) {
        try {
            int status = line(arguments).execute(arguments.toArray(String[]::new));
            if (surroundings.out().checkError()) {
                say("what was to be told could not be written to standard output");
                return status == 0 ? ExitCode.FAILED.number() : status;
            }
            return status;
        } catch (RuntimeException | LinkageError | VirtualMachineError bug) {
            return bug(bug, arguments);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    private int wrongUsage(CommandLine.ParameterException wrong) {
        say(String.valueOf(wrong.getMessage()));
        StringWriter suggestions = new StringWriter();
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, new PrintWriter(suggestions, true));
        if (!suggestions.toString().isBlank()) {
            surroundings.err().println(Lines.one(suggestions.toString()));
        }
        surroundings
                .err()
                .println("Try: " + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }

    private int failed(Exception failed, List<String> arguments) {
        boolean json = arguments.contains("--json");
        if (failed instanceof UserError error) {
            say(error.line());
            return event(json, error.code(), error.what(), error.remedy());
        }
        if (failed instanceof Interrupt.Interrupted) {
            String words = "interrupted; everything but installed packages is as it was, or the next run takes it up";
            say(words);
            return event(json, ExitCode.INTERRUPTED, words, Optional.empty());
        }
        if (failed instanceof IOException || failed instanceof UncheckedIOException) {
            say(Failure.words(failed));
            return event(json, ExitCode.FAILED, Failure.words(failed), Optional.empty());
        }
        return bug(failed, arguments);
    }

    /** For machines, the failure is the last event. */
    private int event(boolean json, ExitCode code, String what, Optional<String> remedy) {
        if (json) {
            JsonObject event = new JsonObject();
            event.addProperty("event", "error");
            event.addProperty("code", code.number());
            event.addProperty("what", what);
            remedy.ifPresent(text -> event.addProperty("remedy", text));
            surroundings.out().println(event);
        }
        return code.number();
    }

    private int bug(Throwable bug, List<String> arguments) {
        StringWriter trace = new StringWriter();
        bug.printStackTrace(new PrintWriter(trace, true));
        String text = "nofear-setup " + Version.text() + "\narguments: " + arguments + "\njava: " + Runtime.version()
                + "\n" + trace;
        say("internal error, please report it"
                + report(text).map(file -> " with " + file).orElse("") + ": "
                + bug.getClass().getSimpleName() + ": " + bug.getMessage());
        return ExitCode.FAILED.number();
    }

    private static Optional<Path> report(String text) {
        Path directory = Files.isWritable(LOGS) ? LOGS : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
        try {
            return Optional.of(TextLog.report(directory, text));
        } catch (IOException nowhere) {
            return Optional.empty();
        }
    }

    private void say(String text) {
        surroundings.err().println("nofear-setup: " + Lines.one(text));
    }
}
