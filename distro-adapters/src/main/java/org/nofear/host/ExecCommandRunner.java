package org.nofear.host;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;

/** Runs programs of this machine: argument vectors, an explicit environment, a deadline, no shell. */
public final class ExecCommandRunner implements CommandRunner {

    /** After the program's end or death, how long to wait for the last of its output. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private static final Path ROOT = Path.of("/");

    /** What a shell says of SIGKILL. */
    private static final int KILLED = 137;

    private final ToolPath tools;

    public ExecCommandRunner(ToolPath tools) {
        this.tools = tools;
    }

    @Override
    public CommandResult run(Command command) throws IOException {
        if (command.log().isPresent()) {
            try (OutputStream log = Files.newOutputStream(
                    command.log().get(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    LinkOption.NOFOLLOW_LINKS)) {
                return execute(command, log, log);
            }
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        CommandResult result = execute(command, output, error);
        return new CommandResult(
                result.status(),
                output.toString(StandardCharsets.UTF_8),
                error.toString(StandardCharsets.UTF_8),
                result.timedOut());
    }

    private CommandResult execute(Command command, OutputStream output, OutputStream error) throws IOException {
        List<String> argv = new ArrayList<>(command.argv());
        argv.set(0, tools.resolve(argv.get(0)).toString());
        CommandLine line = new ExactCommandLine(argv);
        PumpStreamHandler streams = new PumpStreamHandler(
                output, error, new ByteArrayInputStream(command.input().getBytes(StandardCharsets.UTF_8)));
        streams.setStopTimeout(STOP_TIMEOUT);
        ExecuteWatchdog watchdog =
                ExecuteWatchdog.builder().setTimeout(command.deadline()).get();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(streams)
                .setWorkingDirectory(command.directory().orElse(ROOT).toFile())
                .get();
        executor.setWatchdog(watchdog);
        executor.setExitValues(null);
        try {
            int status = executor.execute(line, command.environment());
            return new CommandResult(status & 0xff, "", "", watchdog.killedProcess());
        } catch (IOException stuck) {
            // Children of a program that was killed may keep its output open, which is no reason of its own.
            if (watchdog.killedProcess()) {
                return new CommandResult(KILLED, "", "", true);
            }
            throw stuck;
        }
    }

    /** Commons Exec trims blanks off arguments and turns backslashes of the program's name around; these are as they were given. */
    private static final class ExactCommandLine extends CommandLine {
        private final List<String> argv;

        ExactCommandLine(List<String> argv) {
            super(argv.get(0));
            this.argv = List.copyOf(argv);
        }

        @Override
        public String[] toStrings() {
            return argv.toArray(String[]::new);
        }
    }
}
