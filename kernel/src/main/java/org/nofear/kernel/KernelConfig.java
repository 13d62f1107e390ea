package org.nofear.kernel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A kernel's configuration: options and their values.
 *
 * @param values by option; {@code n} where the option is off
 */
public record KernelConfig(Map<String, String> values) {

    private static final String PREFIX = "CONFIG_";
    private static final String OFF = " is not set";

    public KernelConfig {
        values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Reads a {@code .config} or a fragment: {@code CONFIG_X=y}, {@code # CONFIG_X is not set}; other lines are comments. */
    public static KernelConfig parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        text.lines().map(String::strip).forEach(line -> {
            if (line.startsWith("# " + PREFIX) && line.endsWith(OFF)) {
                values.put(line.substring(2, line.length() - OFF.length()), "n");
            } else if (line.startsWith(PREFIX) && line.indexOf('=') > 0) {
                values.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        });
        return new KernelConfig(values);
    }

    /**
     * The options of another configuration that this one does not have as asked: {@code CONFIG_X=y (is: n)}. An option that is
     * asked to be off may be missing as well.
     */
    public List<String> missing(KernelConfig asked) {
        List<String> missing = new ArrayList<>();
        asked.values.forEach((option, value) -> {
            String found = values.getOrDefault(option, "n");
            if (!found.equals(value)) {
                missing.add(option + "=" + value + " (is: " + found + ")");
            }
        });
        return List.copyOf(missing);
    }
}
