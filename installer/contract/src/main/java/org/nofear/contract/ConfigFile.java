package org.nofear.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of {@code key = value} lines. Empty lines and lines that begin with {@code #} say nothing; an empty value is none; of
 * two lines with one key the last counts.
 *
 * @param entries in the order of the file
 * @param faults lines of another form, keys that nobody knows, values that are none
 */
public record ConfigFile(List<Entry> entries, List<Fault> faults) {

    /** The administrator's. It wins over what install wrote. */
    public static final String ADMIN = "/etc/nofear/nofear.conf";

    /**
     * A line.
     *
     * @param line from 1
     */
    public record Entry(String key, String value, int line) {}

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
        entries = List.copyOf(entries);
        faults = List.copyOf(faults);
    }

    /** Reads all that can be read. */
    public static ConfigFile parse(String text) {
        List<Entry> entries = new ArrayList<>();
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
            Entry entry = new Entry(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip(),
                    number);
            entries.add(entry);
            fault(entry).ifPresent(faults::add);
        }
        return new ConfigFile(entries, faults);
    }

    private static Optional<Fault> fault(Entry entry) {
        Optional<ConfigKey> key = ConfigKey.of(entry.key());
        if (key.isEmpty()) {
            return Optional.of(new Fault(
                    entry.line(),
                    false,
                    "there is no key \"" + entry.key() + "\""
                            + ConfigKey.like(entry.key())
                                    .map(meant -> "; did you mean \"" + meant.id() + "\"?")
                                    .orElse(": see nofear.conf(5)")));
        }
        ConfigType type = key.get().type();
        return entry.value().isEmpty() || type.takes(entry.value())
                ? Optional.empty()
                : Optional.of(new Fault(
                        entry.line(), false, entry.key() + " = " + entry.value() + ": it takes " + type.words()));
    }

    /** The values that count, by key: of keys that nobody knows, too. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        entries.stream()
                .filter(entry -> !entry.value().isEmpty())
                .forEach(entry -> values.put(entry.key(), entry.value()));
        return values;
    }

    /** The value that counts. */
    public Optional<String> get(ConfigKey key) {
        return Optional.ofNullable(values().get(key.id()));
    }
}
