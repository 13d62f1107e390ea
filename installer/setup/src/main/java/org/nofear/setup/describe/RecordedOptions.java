package org.nofear.setup.describe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;

/**
 * The options of the last install as a file: the words of its command line, one a line. What installs once more what was
 * installed (doctor --fix) reads them. Options that say how to build (sources, jobs) are left out: what was built is there.
 *
 * @param options to be recorded
 */
public record RecordedOptions(InstallOptions options) {

    private static final String HEAD =
            "# The options of the last \"nofear-setup install\", for \"nofear-setup doctor --fix\".\n";

    /** The file's text. */
    String text() {
        List<String> words = new ArrayList<>();
        words.add("--vmm=" + lower(options.vmm()));
        if (options.kernel() instanceof InstallOptions.Kernel.Stock) {
            words.add("--kernel=stock");
        } else if (options.kernel() instanceof InstallOptions.Kernel.Given given) {
            words.add("--kernel=" + given.image());
        }
        options.kernelSource().ifPresent(source -> words.add("--kernel-source=" + source));
        options.network().ifPresent(network -> words.add("--network=" + lower(network)));
        words.add("--gui=" + lower(options.gui()));
        options.users().forEach(user -> words.add("--user=" + user));
        return words.stream()
                .filter(word -> word.lines().count() == 1)
                .map(word -> word + "\n")
                .collect(Collectors.joining("", HEAD, ""));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The recorded words; empty where nothing is installed. */
    public static Optional<List<String>> words(Host host, Layout layout) {
        return host.read(layout.options())
                .map(text -> text.lines().filter(line -> line.startsWith("--")).toList());
    }
}
