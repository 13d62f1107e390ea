package org.nofear.setup.resource;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What earlier runs know of a place.
 *
 * @param put tells whether install has put there what is there; asked only where it matters, since a file must be read for it
 * @param evidence what install noted after it had put it there (see {@link Resource#evidence})
 */
public record Known(BooleanSupplier put, Optional<String> evidence) {

    /** Nothing. */
    public static final Known NOTHING = new Known(() -> false, Optional.empty());

    /** Whether install has put there what is there. */
    public boolean ours() {
        return put.getAsBoolean();
    }
}
