package org.nofear.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to run: an argument vector, never a line for a shell.
 *
 * @param argv the program (an absolute path, or a name that the runner looks up in its fixed directories) and its arguments
 * @param environment the whole environment of the program; nothing is inherited
 * @param directory the working directory; empty: {@code /}
 * @param deadline after which the program is killed
 * @param input the text that it reads on standard input, in UTF-8
 * @param log a file that its output is appended to as it comes; empty: it is captured
 */
public record Command(
        List<String> argv,
        Map<String, String> environment,
        Optional<Path> directory,
        Duration deadline,
        String input,
        Optional<Path> log) {

    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(30);

    public Command {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /** A command with the C locale, no input and a deadline of 30 s. */
    public static Command of(String... argv) {
        return of(List.of(argv));
    }

    /** A command with the C locale, no input and a deadline of 30 s. */
    public static Command of(List<String> argv) {
        return new Command(
                argv,
                Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8"),
                Optional.empty(),
                DEFAULT_DEADLINE,
                "",
                Optional.empty());
    }

    public Command withDeadline(Duration limit) {
        return new Command(argv, environment, directory, limit, input, log);
    }

    public Command inDirectory(Path where) {
        return new Command(argv, environment, Optional.of(where), deadline, input, log);
    }

    public Command withInput(String text) {
        return new Command(argv, environment, directory, deadline, text, log);
    }

    public Command withEnvironment(Map<String, String> variables) {
        return new Command(argv, variables, directory, deadline, input, log);
    }

    /** The same command with its standard output and error appended to a file. */
    public Command loggingTo(Path file) {
        return new Command(argv, environment, directory, deadline, input, Optional.of(file));
    }
}
