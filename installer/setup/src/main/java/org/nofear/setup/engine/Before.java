package org.nofear.setup.engine;

import java.util.Optional;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.journal.State;
import org.nofear.setup.snapshot.Snapshot;

/** What was on the host before install changed it: a description that looked only at what is there now would follow itself. */
public interface Before {

    /**
     * What was there.
     *
     * @param place its id
     * @return empty where install has changed nothing
     */
    Optional<Snapshot> at(String place);

    /** As the state knows it. */
    static Before of(State state) {
        return place -> state.entry(place).map(Entry::original);
    }
}
