package org.nofear.setup.describe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;

/**
 * The options of the last install as a file, one a line. What installs once more what was installed (doctor --fix) takes them from
 * the state, and from here only where an older version left a state without them.
 *
 * @param options to be recorded
 */
public record RecordedOptions(InstallOptions options) {

    private static final String HEAD =
            "# The options of the last \"nofear-setup install\", for you to read: the state in /var/lib/nofear has them too.\n";

    /** The file's text. */
    String text() {
        return options.words().stream()
                .filter(word -> word.lines().count() == 1)
                .map(word -> word + "\n")
                .collect(Collectors.joining("", HEAD, ""));
    }

    /** The recorded words; empty where nothing is installed. */
    public static Optional<List<String>> words(Host host, Layout layout) {
        return host.read(layout.options())
                .map(text -> text.lines().filter(line -> line.startsWith("--")).toList());
    }
}
