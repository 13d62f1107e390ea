package org.nofear.setup.journal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that NoFear has changed, in the order of its changes.
 *
 * @param generation counts the states; a journal belongs to one of them
 * @param madeParents directories made to hold the state, outermost first; the last is its own, unless that was there before
 * @param options the words of the command line that this was installed with; none in states of older versions
 */
public record State(long generation, List<String> madeParents, List<String> options, Map<String, Entry> entries) {

    public State {
        madeParents = List.copyOf(madeParents);
        options = List.copyOf(options);
        entries = new LinkedHashMap<>(entries);
    }

    /** Nothing has been changed. */
    static State none(List<String> madeParents) {
        return new State(0, madeParents, List.of(), Map.of());
    }

    /** What is known of a place. */
    public Optional<Entry> entry(String place) {
        return Optional.ofNullable(entries.get(place));
    }

    /** Whether nothing is left to take back. */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /** The same places and parents with other entries: what a run leaves. */
    public State with(Collection<Entry> next) {
        Map<String, Entry> all = new LinkedHashMap<>();
        next.forEach(entry -> all.put(entry.place(), entry));
        return new State(generation, madeParents, options, all);
    }

    /**
     * The state after a run that was cut short: each change that it was about to make may or may not have been made. A place
     * that was not known has as its original what the run found there first.
     */
    State after(List<Intent> intents) {
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        for (Intent intent : intents) {
            Entry known = Optional.ofNullable(all.get(intent.place()))
                    .orElseGet(() -> new Entry(intent.place(), intent.before(), Set.of(), Optional.empty()));
            all.put(intent.place(), known.orWith(intent.after()));
        }
        return new State(generation, madeParents, options, all);
    }

    /** The same, installed with other options. */
    State withOptions(List<String> words) {
        return new State(generation, madeParents, words, entries);
    }

    State next() {
        return new State(generation + 1, madeParents, options, entries);
    }
}
