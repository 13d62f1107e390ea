package org.nofear.setup.engine;

import java.util.Locale;
import java.util.Optional;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.resource.Resource;

/**
 * One change of the host.
 *
 * @param id the place, {@code path:/etc/nofear}
 * @param reason what it is for
 * @param before what is there, in a few words
 * @param after what is going to be there, in a few words
 * @param diff the difference of the texts, in the unified format; empty for what has no text
 * @param action how it is made
 */
public record Change(
        Kind kind, String id, String reason, String before, String after, Optional<String> diff, Action action) {

    /** What becomes of the place. */
    public enum Kind {
        CREATE,
        CHANGE,
        DELETE;

        /** As it is printed. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a change is made. */
    public sealed interface Action {
        /** What is wanted is put there. */
        record Put(Resource resource) implements Action {}

        /** What was there before install is put back. */
        record Back(Entry entry) implements Action {}
    }
}
