package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;

/** One thing that doctor looks at. A new one is a class, its line in {@link Checks}, and its test. */
public interface Check {

    /** Stable: part of the public contract. */
    String id();

    /** The ids of checks ahead of this one without which it has no meaning: when one fails, this is skipped. */
    default List<String> dependsOn() {
        return List.of();
    }

    /** Begins what takes long, for it to be done beside all that comes ahead of this check. */
    default void begin(Beforehand slow) {}

    /**
     * Looks; changes nothing.
     *
     * @throws IOException when it cannot be done: the finding is then an error
     */
    Finding run(DoctorContext context) throws IOException;
}
