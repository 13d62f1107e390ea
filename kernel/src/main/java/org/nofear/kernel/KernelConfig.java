package org.nofear.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's configuration: options and their values.
 *
 * @param version of the kernel, where the configuration's head tells
 * @param values by option; {@code n} where the option is off
 */
public record KernelConfig(Optional<KernelVersion> version, Map<String, String> values) {

    private static final String PREFIX = "CONFIG_";
    private static final String OFF = " is not set";

    /** {@code # Linux/x86 6.1.170 Kernel Configuration} */
    private static final Pattern HEAD = Pattern.compile("# Linux/\\S+ (\\d{1,4}\\.\\d{1,4}\\S*) Kernel Configuration");

    public KernelConfig {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Reads a {@code .config}: {@code CONFIG_X=y}, {@code # CONFIG_X is not set}; but for the head, other lines are comments. */
    public static KernelConfig parse(String text) {
        Optional<KernelVersion> version = text.lines()
                .map(HEAD::matcher)
                .filter(Matcher::matches)
                .map(head -> KernelVersion.parse(head.group(1)))
                .findFirst();
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            if (line.startsWith("# " + PREFIX) && line.endsWith(OFF)) {
                values.put(line.substring(2, line.length() - OFF.length()), "n");
            } else if (line.startsWith(PREFIX) && line.indexOf('=') > 0) {
                values.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        });
        return new KernelConfig(version, values);
    }

    /**
     * The options that this configuration does not have as asked: {@code CONFIG_X=y (is: n)}. One that is asked to be off may be
     * missing as well, and any that kernels of this version do not have.
     */
    public List<String> missing(List<KernelOption> asked) {
        List<String> missing = new ArrayList<>();
        for (KernelOption option : asked) {
            String found = option.names().stream()
                    .flatMap(name -> Optional.ofNullable(values.get(name)).stream())
                    .findFirst()
                    .orElse("n");
            if (!found.equals(option.value()) && isFor(option)) {
                missing.add(option.names().get(0) + "=" + option.value() + " (is: " + found + ")");
            }
        }
        return List.copyOf(missing);
    }

    private boolean isFor(KernelOption option) {
        return version.map(option::in).orElse(true);
    }
}
