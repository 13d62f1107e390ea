package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.resource.Resource;

/**
 * A part of an installation: what has to be made first, and what is then to be on the host. Stages are applied in order, each
 * after its preparation (packages; then the builds that need them; then the boot test and the file that holds its result).
 */
public interface Stage {

    /**
     * Makes what the resources are copied from. It writes to the cache alone; it may take minutes; it is cut short by an
     * interrupt. A plan that is only shown runs without it.
     *
     * @return whether something was made: then this stage or a later one may want something else than before
     * @throws IOException with one line that says what failed; everything done so far is then taken back
     */
    default boolean prepare(Progress progress) throws IOException {
        return false;
    }

    /** What is installed instead where this stage fails; empty: then install fails. */
    default Optional<Otherwise> otherwise() {
        return Optional.empty();
    }

    /** What is wanted, in the order of its making. Asked before preparation too: then it names files still to be made. */
    List<Resource> resources();

    /** Whether it tries what all others made, so that what is no longer wanted has to be gone by then. */
    default boolean proves() {
        return false;
    }

    /** Something has been made or changed, which may let this stage want something else. */
    default void forget() {}

    /** A stage with nothing to prepare. */
    static Stage of(List<Resource> resources) {
        List<Resource> copy = List.copyOf(resources);
        return () -> copy;
    }
}
