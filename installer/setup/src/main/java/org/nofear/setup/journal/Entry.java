package org.nofear.setup.journal;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.nofear.setup.snapshot.Snapshot;

/**
 * What is known of a place that install has changed, or was about to change.
 *
 * @param place its id
 * @param original what was there before NoFear first touched it: what uninstall puts back
 * @param ours the marks of what install has put there; several after an interrupted run
 * @param evidence what install noted after it had put it there
 */
public record Entry(String place, Snapshot original, Set<String> ours, Optional<String> evidence) {

    public Entry {
        ours = Set.copyOf(ours);
    }

    /** Whether what is there was put there by install. */
    public boolean owns(Snapshot found) {
        return ours.contains(found.mark());
    }

    /** The same, with one more thing that install may have put there. */
    Entry orWith(String mark) {
        Set<String> more = new LinkedHashSet<>(ours);
        more.add(mark);
        return new Entry(place, original, more, evidence);
    }

    /** The same, now that install has put something there. */
    public Entry put(String mark, Optional<String> noted) {
        return new Entry(place, original, Set.of(mark), noted);
    }
}
