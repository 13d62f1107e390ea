package org.nofear.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of {@code key = value} lines. Empty lines and lines that begin with {@code #} say nothing; an empty value is none; of
 * two lines with one key the last counts.
 *
 * @param values those that count, by key in the order of the file: of keys that nobody knows, too
 * @param faults lines of another form, keys that nobody knows, values that are none
 */
public record ConfigFile(Map<String, String> values, List<Fault> faults) {

    /** The administrator's. It wins over what install wrote. */
    public static final String ADMIN = "/etc/nofear/nofear.conf";

    /**
     * What is wrong with a line, in words that follow the name of the file and the number of the line.
     *
     * @param line from 1
     * @param form whether it is no line of such a file at all
     */
    public record Fault(int line, boolean form, String what) {
        /** Such as {@code /etc/nofear/nofear.conf:3: cpus = many: it takes a number}. */
        public String in(String file) {
            return file + ":" + line + ": " + what;
        }
    }

    public ConfigFile {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        faults = List.copyOf(faults);
    }

    /** Reads all that can be read. */
    public static ConfigFile parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Fault> faults = new ArrayList<>();
        int number = 0;
        for (String whole : text.lines().toList()) {
            number++;
            String line = whole.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 1) {
                faults.add(new Fault(number, true, "expected \"key = value\""));
                continue;
            }
            String key = line.substring(0, equals).strip();
            String value = line.substring(equals + 1).strip();
            if (!value.isEmpty()) {
                values.put(key, value);
            }
            fault(key, value, number).ifPresent(faults::add);
        }
        return new ConfigFile(values, faults);
    }

    private static Optional<Fault> fault(String id, String value, int line) {
        Optional<ConfigKey> key = ConfigKey.of(id);
        if (key.isEmpty()) {
            return Optional.of(new Fault(
                    line,
                    false,
                    "there is no key \"" + id + "\""
                            + ConfigKey.like(id)
                                    .map(meant -> "; did you mean \"" + meant.id() + "\"?")
                                    .orElse(": see nofear.conf(5)")));
        }
        ConfigType type = key.get().type();
        return value.isEmpty() || type.takes(value)
                ? Optional.empty()
                : Optional.of(new Fault(line, false, id + " = " + value + ": it takes " + type.words()));
    }

    /** The value that counts. */
    public Optional<String> get(ConfigKey key) {
        return Optional.ofNullable(values.get(key.id()));
    }
}
