package org.nofear.setup.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.describe.Layout;
import org.nofear.setup.describe.RecordedOptions;
import org.nofear.setup.journal.State;
import picocli.CommandLine;

/** The options that install was last called with; its defaults where none are recorded. */
final class RecordedArguments {

    private static final String PREFIX = "--prefix=";
    private static final String USER = "--user=";
    private static final String KERNEL = "--kernel=/";
    private static final String SOURCE = "--kernel-source=";

    private RecordedArguments() {}

    /** The prefix that was installed to. */
    static Optional<Path> prefix(State state) {
        return state.options().stream()
                .filter(word -> word.startsWith(PREFIX))
                .map(word -> Path.of(word.substring(PREFIX.length())))
                .findFirst();
    }

    static InstallOptions read(Surroundings surroundings, Path root, Path prefix, State state) {
        Host host = surroundings.host(root);
        Layout layout = new Layout(prefix);
        List<String> words = new ArrayList<>(List.of("--root=" + root, "--prefix=" + prefix));
        List<String> recorded =
                state.options().isEmpty() ? RecordedOptions.words(host, layout).orElse(List.of()) : state.options();
        recorded.stream()
                .filter(word -> !word.startsWith(PREFIX))
                .filter(word -> stillHolds(host, word))
                .map(word -> word.startsWith(KERNEL) ? kernel(host, layout, word) : word)
                .forEach(words::add);
        InstallArguments arguments = new InstallArguments();
        CommandLine.populateCommand(arguments, words.toArray(String[]::new));
        return arguments.options(surroundings, false);
    }

    /** A user who has gone since, and a source that has been cleared away, are nothing to insist on. */
    private static boolean stillHolds(Host host, String word) {
        if (word.startsWith(USER)) {
            try {
                Users.check(host, word.substring(USER.length()));
            } catch (UserError gone) {
                return false;
            }
        }
        return !word.startsWith(SOURCE) || Files.exists(Path.of(word.substring(SOURCE.length())));
    }

    /** A kernel that was given and is gone: the installed copy is the same. */
    private static String kernel(Host host, Layout layout, String word) {
        return Files.exists(Path.of(word.substring(KERNEL.length() - 1)))
                ? word
                : "--kernel=" + host.path(layout.kernel());
    }
}
