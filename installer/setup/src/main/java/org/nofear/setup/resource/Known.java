package org.nofear.setup.resource;

import java.util.Optional;

/**
 * What earlier runs know of a place.
 *
 * @param ours whether install has put something there
 * @param evidence what install noted after it had put it there (see {@link Resource#evidence})
 */
public record Known(boolean ours, Optional<String> evidence) {

    /** Nothing. */
    public static final Known NOTHING = new Known(false, Optional.empty());
}
