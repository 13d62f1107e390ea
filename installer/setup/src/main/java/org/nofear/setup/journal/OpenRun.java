package org.nofear.setup.journal;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.files.AppendFile;
import org.nofear.setup.place.Place;
import org.nofear.setup.snapshot.Snapshot;

/** A run under way, with its journal open. Closed before {@link #commit} or {@link #abandon}: as if it had been killed. */
public final class OpenRun implements Closeable {

    private final StateStore store;
    private final StateStore.Loaded loaded;
    private final List<String> options;
    private final AppendFile journal;

    OpenRun(StateStore store, StateStore.Loaded loaded, List<String> options, AppendFile journal) {
        this.store = store;
        this.loaded = loaded;
        this.options = List.copyOf(options);
        this.journal = journal;
    }

    /** What was known when it began. */
    public State state() {
        return loaded.state();
    }

    /** The command of an earlier run that was cut short. */
    public Optional<String> interrupted() {
        return loaded.interrupted();
    }

    public List<String> notices() {
        return loaded.notices();
    }

    /**
     * Records a change that is about to be made; it is on the disk, with what is needed to take it back, when this returns.
     *
     * @param after the mark of what is going to be there
     * @return what was there, to be put back at any time
     */
    public Snapshot intend(Place place, Snapshot before, String after) throws IOException {
        Snapshot kept = store.keep(before);
        journal.append(store.line(state(), new Intent(place.id(), kept, after)));
        return kept;
    }

    /** Records that what was there before install is about to be put back for good: nothing has to be kept. */
    public void intendBack(Entry entry) throws IOException {
        journal.append(store.line(
                state(),
                new Intent(entry.place(), entry.original(), entry.original().mark())));
    }

    /** Whether it is to be installed with other options than before. */
    public boolean otherOptions() {
        return !options.equals(state().options());
    }

    /** Ends the run, which has done what it was for: what is known now. With nothing left to take back, no trace of the state stays. */
    public void commit(Collection<Entry> entries) throws IOException {
        end(state().withOptions(options).with(entries));
    }

    /** Ends a run that has taken back what it did, but for what these entries tell of. */
    public void commitTakenBack(Collection<Entry> entries) throws IOException {
        end(state().with(entries));
    }

    private void end(State next) throws IOException {
        journal.close();
        if (next.isEmpty()) {
            store.remove(next);
        } else {
            store.write(next);
        }
    }

    /** Ends a run that has changed nothing, or has taken back all that it changed. */
    public void abandon() throws IOException {
        journal.close();
        if (state().isEmpty()) {
            store.remove(state());
        } else {
            store.dropJournal(state());
        }
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
