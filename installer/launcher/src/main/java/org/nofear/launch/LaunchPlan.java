package org.nofear.launch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.nofear.contract.PlanKey;

/**
 * All that the C program needs to run a VM: keys and values, in order, repeated keys being lists. Java decides, C does.
 *
 * @param entries in order
 */
public record LaunchPlan(List<Entry> entries) {

    public LaunchPlan {
        entries = List.copyOf(entries);
    }

    /** One pair. */
    public record Entry(PlanKey key, String value) {}

    /** The values of a key, in order. */
    public List<String> all(PlanKey key) {
        return entries.stream()
                .filter(entry -> entry.key() == key)
                .map(Entry::value)
                .toList();
    }

    /** The plan as the C program reads it: every key and every value ends with a NUL, which neither can contain. */
    public byte[] bytes() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry ->
                text.append(entry.key().id()).append('\0').append(entry.value()).append('\0'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Collects pairs. */
    static final class Builder {

        private final List<Entry> entries = new ArrayList<>();

        Builder put(PlanKey key, String value) {
            if (value.indexOf('\0') >= 0) {
                throw LaunchError.failed(key.id() + ": a NUL is in the value");
            }
            entries.add(new Entry(key, value));
            return this;
        }

        Builder put(PlanKey key, long value) {
            return put(key, Long.toString(value));
        }

        Builder put(PlanKey key, boolean value) {
            return put(key, value ? "1" : "0");
        }

        Builder putAll(PlanKey key, List<String> values) {
            values.forEach(value -> put(key, value));
            return this;
        }

        LaunchPlan build() {
            return new LaunchPlan(entries);
        }
    }
}
