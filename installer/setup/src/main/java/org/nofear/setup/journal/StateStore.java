package org.nofear.setup.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The state and its journal in /var/lib/nofear. The state is written twice, so that one damaged file loses nothing. A run
 * begins by taking an interrupted one's journal into the state.
 */
public final class StateStore {

    public static final String HOME = "/var/lib/nofear";
    static final String BACKUP = HOME + "/backup";
    static final String JOURNAL = HOME + "/journal";
    static final List<String> STATES = List.of(HOME + "/state.json", HOME + "/state.json.1");

    private static final List<String> ABOVE = List.of("/var", "/var/lib", HOME);
    private static final long LARGEST = 64L << 20;
    private static final int PUBLIC = 0644;
    private static final int PUBLIC_DIRECTORY = 0755;

    private final SafeFiles files;
    private final Backup.Owner owner;
    private final Backup backup;
    private final StateText stateText;
    private final JournalText journalText;

    /** @param version of NoFear, written with the state */
    public StateStore(Target target, String version) {
        this.files = target.files();
        int user = target.host().os().effectiveUserId();
        this.owner = new Backup.Owner(user, user == 0 ? 0 : user);
        this.backup = new Backup(files, owner);
        SnapshotJson snapshots = new SnapshotJson(backup);
        this.stateText = new StateText(snapshots, version);
        this.journalText = new JournalText(snapshots, version);
    }

    /**
     * What is known, read without changing anything.
     *
     * @param interrupted the command of a run that was cut short
     * @param notices what is wrong, and what is done about it
     * @param whole whether both copies of the state say this
     */
    public record Loaded(State state, Optional<String> interrupted, List<String> notices, boolean whole) {}

    /**
     * Reads the state, with what an interrupted run may have changed.
     *
     * @throws UserError (65) when it was written by a newer version or cannot be recovered
     */
    public Loaded load() throws IOException {
        List<String> notices = new ArrayList<>();
        Optional<JournalText.Parsed> journal = journal();
        List<State> written = written(notices);
        Optional<State> newest = written.stream().max(Comparator.comparingLong(State::generation));
        boolean whole = written.isEmpty()
                || (written.size() == STATES.size()
                        && written.stream().map(State::generation).distinct().count() == 1);
        if (journal.isEmpty()) {
            return new Loaded(newest.orElseGet(() -> State.none(List.of())), Optional.empty(), notices, whole);
        }
        JournalText.Parsed parsed = journal.get();
        State state = newest.orElseGet(() -> State.none(parsed.madeParents()));
        long generation = parsed.generation().orElse(state.generation());
        if (generation > state.generation()) {
            throw beyondRecovery(STATES.get(0) + " is gone or older than the journal beside it");
        }
        if (generation < state.generation()) {
            return new Loaded(state, Optional.empty(), notices, whole);
        }
        notices.addAll(parsed.notices());
        state = parsed.options().isEmpty() ? state : state.withOptions(parsed.options());
        return new Loaded(state.after(parsed.intents()), Optional.of(parsed.command()), notices, whole);
    }

    private static UserError beyondRecovery(String what) {
        return new UserError(
                ExitCode.STATE,
                what,
                "put a copy of it back, or move " + HOME + " away and undo the installation by hand");
    }

    private Optional<JournalText.Parsed> journal() throws IOException {
        try {
            return read(JOURNAL).map(journalText::read);
        } catch (Damaged damaged) {
            throw beyondRecovery(JOURNAL + " is damaged (" + damaged.getMessage() + ")");
        }
    }

    private List<State> written(List<String> notices) throws IOException {
        List<State> written = new ArrayList<>();
        List<String> damages = new ArrayList<>();
        for (String path : STATES) {
            try {
                Optional<String> text = read(path);
                if (text.isPresent()) {
                    written.add(stateText.read(text.get()));
                }
            } catch (Damaged damaged) {
                damages.add(path + " is damaged (" + damaged.getMessage() + ")");
            }
        }
        if (!damages.isEmpty() && written.isEmpty()) {
            throw beyondRecovery(String.join(", and ", damages));
        }
        damages.forEach(damage -> notices.add(damage + "; its copy is whole and is used"));
        return written;
    }

    private Optional<String> read(String path) throws IOException {
        Snapshot found = files.inspect(path);
        if (found instanceof Snapshot.Unseen unseen) {
            throw new IOException(unseen.why());
        } else if (found instanceof Snapshot.Absent) {
            return Optional.empty();
        } else if (!(found instanceof Snapshot.File file)) {
            throw new Damaged("it is no file: " + found.describe());
        } else if (file.content().size() > LARGEST) {
            throw new Damaged("it has " + file.content().size() + " bytes");
        } else {
            try (InputStream in = file.content().open()) {
                return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    /** Whether there is neither a state nor a journal: nothing is installed. */
    public boolean nothing() throws IOException {
        List<String> names = files.list(HOME);
        return Stream.concat(STATES.stream(), Stream.of(JOURNAL))
                .noneMatch(path -> names.contains(path.substring(HOME.length() + 1)));
    }

    /**
     * Begins a run: clears up after an interrupted one, takes its journal into the state, opens a new journal.
     *
     * @param options what is to be installed; none where it is to be taken back
     */
    public OpenRun begin(String command, List<String> options) throws IOException {
        clearUp();
        Loaded loaded = load();
        State state = loaded.state();
        for (String place : state.entries().keySet()) {
            for (String path : Place.of(place).files()) {
                files.removeTemporary(path);
            }
        }
        boolean there = !(files.inspect(HOME) instanceof Snapshot.Absent);
        if (there && (loaded.interrupted().isPresent() || !loaded.whole())) {
            state = write(state);
        }
        if (!there) {
            state = State.none(missing());
            make(state, command, options);
        } else {
            files.put(JOURNAL, header(state, command, options));
        }
        return new OpenRun(
                this, new Loaded(state, loaded.interrupted(), loaded.notices(), true), options, files.append(JOURNAL));
    }

    /** Others' links and files in the directory's place are not taken for it. */
    private void checkHome() throws IOException {
        Snapshot found = files.inspect(HOME);
        if (!(found instanceof Snapshot.Absent || found instanceof Snapshot.Directory)) {
            throw new UserError(
                    ExitCode.REFUSED,
                    HOME + " is in the way (" + found.describe() + ") where a directory is to be",
                    "move it away");
        }
    }

    /** Removes what killed runs left of the state itself, also where nothing is installed. */
    public void clearUp() throws IOException {
        checkHome();
        for (String path : ABOVE) {
            if (files.movedOut(path)) {
                removeEmpty(path);
            }
            files.removeTemporary(path);
        }
        files.removeTemporaries(HOME);
        files.removeTemporaries(BACKUP);
    }

    private List<String> missing() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String path : ABOVE) {
            if (files.inspect(path) instanceof Snapshot.Absent) {
                missing.add(path);
            }
        }
        return missing;
    }

    /** The directory appears with the journal in it, and with those above it that are missing, or not at all. */
    private void make(State state, String command, List<String> options) throws IOException {
        String top = state.madeParents().get(0);
        files.makeWhole(top, temporary -> {
            for (String parent :
                    state.madeParents().subList(1, state.madeParents().size())) {
                files.put(temporary + parent.substring(top.length()), directory());
            }
            files.put(temporary + JOURNAL.substring(top.length()), header(state, command, options));
        });
    }

    private Snapshot directory() {
        return new Snapshot.Directory(PUBLIC_DIRECTORY, owner.user(), owner.group(), Map.of());
    }

    private Snapshot header(State state, String command, List<String> options) {
        return text(journalText.header(state.generation(), command, state.madeParents(), options));
    }

    private Snapshot text(String text) {
        return owner.file(Content.of(text), PUBLIC);
    }

    Snapshot keep(Snapshot snapshot) throws IOException {
        return backup.keep(snapshot);
    }

    byte[] line(State state, Intent intent) {
        return journalText.intent(state.generation(), intent).getBytes(StandardCharsets.UTF_8);
    }

    /** Writes a state and drops the journal, whose changes are in it. */
    State write(State state) throws IOException {
        State next = state.next();
        for (String path : STATES) {
            files.put(path, text(stateText.write(next)));
        }
        dropJournal(next);
        return next;
    }

    /** Drops the journal of a run that has left everything as the state says. */
    void dropJournal(State state) throws IOException {
        files.put(JOURNAL, new Snapshot.Absent());
        backup.keepOnly(StateText.digests(state));
    }

    /** Removes the state, with the directories that were made to hold it and that hold nothing else. */
    void remove(State state) throws IOException {
        List<String> made = state.madeParents();
        if (!made.contains(HOME)) {
            removeOurs(state);
            return;
        }
        String top = HOME;
        for (int index = made.size() - 2; index >= 0; index--) {
            if (!files.list(made.get(index)).equals(List.of(top.substring(top.lastIndexOf('/') + 1)))) {
                break;
            }
            top = made.get(index);
        }
        try {
            files.removeWhole(top);
        } catch (AtomicMoveNotSupportedException overlay) {
            removeApart(state, top);
        }
    }

    /**
     * Where no directory can be renamed (of a container's image, or another lower layer of an overlay): all but the state itself,
     * which by then says that nothing is installed; that moves out beside the topmost directory, as the mark that those below it
     * are to go; and they go before it.
     */
    private void removeApart(State state, String top) throws IOException {
        write(state.with(List.of()));
        files.put(STATES.get(1), new Snapshot.Absent());
        if (files.list(BACKUP).isEmpty()) {
            files.put(BACKUP, new Snapshot.Absent());
        }
        files.moveOut(STATES.get(0), top);
        removeEmpty(top);
        files.removeTemporary(top);
    }

    private void removeEmpty(String top) throws IOException {
        for (int index = ABOVE.size() - 1; index >= 0 && ABOVE.get(index).startsWith(top); index--) {
            String directory = ABOVE.get(index);
            if (files.inspect(directory) instanceof Snapshot.Directory
                    && files.list(directory).isEmpty()) {
                files.put(directory, new Snapshot.Absent());
            }
        }
    }

    /** Leaves a directory that was there before, and what others keep in it. The state, which is empty by then, goes last. */
    private void removeOurs(State state) throws IOException {
        write(state.with(List.of()));
        if (files.list(BACKUP).isEmpty()) {
            files.put(BACKUP, new Snapshot.Absent());
        }
        files.put(STATES.get(1), new Snapshot.Absent());
        files.put(STATES.get(0), new Snapshot.Absent());
    }
}
