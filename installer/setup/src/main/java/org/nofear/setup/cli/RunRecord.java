package org.nofear.setup.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.nofear.host.Command;
import org.nofear.host.CommandRunner;

/**
 * One line in the system's log, the journal or syslog's, for each run that may have changed this machine: who, which words, what came
 * of it. What was changed, line by line, is in setup.log.
 *
 * @param caller the user who called sudo; empty: root
 * @param arguments of the command line
 * @param status its exit status
 */
record RunRecord(Optional<String> caller, List<String> arguments, int status) {

    private static final Set<String> CHANGING = Set.of("install", "uninstall");
    private static final Set<String> LOOKING = Set.of("--dry-run", "--help", "-h", "--version", "-V");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST = 500;

    /** Whether it may have changed this machine: not a tree, and not to look only. */
    boolean counts() {
        boolean changes =
                arguments.stream().findFirst().filter(CHANGING::contains).isPresent()
                        || (arguments.contains("doctor") && arguments.contains("--fix"));
        return changes
                && arguments.stream().noneMatch(LOOKING::contains)
                && arguments.stream().noneMatch(word -> word.equals("--root") || word.startsWith("--root="));
    }

    /** {@code "install --yes" by alice: status 0}, printable. */
    String text() {
        String words = Lines.one(String.join(" ", arguments));
        return String.format(
                Locale.ROOT,
                "\"%s\" by %s: status %d (%s)",
                words.length() > LONGEST ? words.substring(0, LONGEST) + "..." : words,
                Lines.one(caller.orElse("root")),
                status,
                Session.LOG);
    }

    /** Writes it, where the host has a program for that; whether it could is not the run's affair. */
    void write(CommandRunner commands) {
        try {
            commands.run(Command.of(
                            "logger",
                            "-t",
                            "nofear-setup",
                            "-p",
                            status == 0 ? "user.notice" : "user.warning",
                            "--",
                            text())
                    .withDeadline(PATIENCE));
        } catch (IOException without) {
            // A host without logger(1), or without a log.
        }
    }
}
