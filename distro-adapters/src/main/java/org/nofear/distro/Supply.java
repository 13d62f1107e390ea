package org.nofear.distro;

import java.util.List;

/** Where a need can be had on a distribution. */
public sealed interface Supply {

    /**
     * Packages of the distribution's own repositories.
     *
     * @param names for the distribution's package manager, all of them wanted
     */
    record Packages(List<String> names) implements Supply {
        public Packages {
            names = List.copyOf(names);
        }
    }

    /**
     * The distribution's repositories do not have it.
     *
     * @param advice what to do instead: a sentence for a person
     */
    record Elsewhere(String advice) implements Supply {}

    static Supply packages(String... names) {
        return new Packages(List.of(names));
    }
}
