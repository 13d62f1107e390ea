package org.nofear.setup.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     */
    public record Loaded(State state, Optional<String> interrupted, List<String> notices) {}

    /**
     * Reads the state, with what an interrupted run may have changed.
     *
     * @throws UserError (65) when it was written by a newer version or cannot be recovered
     */
    public Loaded load() throws IOException {
        List<String> notices = new ArrayList<>();
        Optional<JournalText.Parsed> journal = read(JOURNAL).map(journalText::read);
        Optional<State> written = newest(notices);
        if (journal.isEmpty()) {
            return new Loaded(written.orElseGet(() -> State.none(List.of())), Optional.empty(), notices);
        }
        JournalText.Parsed parsed = journal.get();
        State state = written.orElseGet(() -> State.none(parsed.madeParents()));
        long generation = parsed.generation().orElse(state.generation());
        if (generation > state.generation()) {
            throw new UserError(
                    ExitCode.STATE,
                    STATES.get(0) + " is gone or older than the journal beside it",
                    "put a copy of it back, or move " + HOME + " away and undo the installation by hand");
        }
        if (generation < state.generation()) {
            return new Loaded(state, Optional.empty(), notices);
        }
        notices.addAll(parsed.notices());
        return new Loaded(state.after(parsed.intents()), Optional.of(parsed.command()), notices);
    }

    private Optional<State> newest(List<String> notices) throws IOException {
        Optional<State> newest = Optional.empty();
        List<String> damages = new ArrayList<>();
        for (String path : STATES) {
            try {
                Optional<String> text = read(path);
                if (text.isEmpty()) {
                    continue;
                }
                State state = stateText.read(text.get());
                if (newest.isEmpty() || newest.get().generation() < state.generation()) {
                    newest = Optional.of(state);
                }
            } catch (Damaged damaged) {
                damages.add(path + " is damaged (" + damaged.getMessage() + ")");
            }
        }
        if (!damages.isEmpty() && newest.isEmpty()) {
            throw new UserError(
                    ExitCode.STATE,
                    String.join(", and ", damages),
                    "put a copy of it back, or move " + HOME + " away and undo the installation by hand");
        }
        damages.forEach(damage -> notices.add(damage + "; its copy is whole and is used"));
        return newest;
    }

    private Optional<String> read(String path) throws IOException {
        Snapshot found = files.inspect(path);
        if (found instanceof Snapshot.Unseen unseen) {
            throw new IOException(unseen.why());
        }
        if (!(found instanceof Snapshot.File file)) {
            return Optional.empty();
        }
        try (InputStream in = file.content().open()) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Begins a run: clears up after an interrupted one, takes its journal into the state, opens a new journal. */
    public OpenRun begin(String command) throws IOException {
        clearUp();
        Loaded loaded = load();
        State state = loaded.state();
        for (String place : state.entries().keySet()) {
            for (String path : Place.of(place).files()) {
                files.removeTemporary(path);
            }
        }
        boolean there = !(files.inspect(HOME) instanceof Snapshot.Absent);
        if (there && loaded.interrupted().isPresent()) {
            state = write(state);
        }
        if (!there) {
            state = State.none(missing());
            make(state, command);
        } else {
            files.put(JOURNAL, header(state, command));
        }
        return new OpenRun(this, new Loaded(state, loaded.interrupted(), loaded.notices()), files.append(JOURNAL));
    }

    /** Removes what killed runs left of the state itself, also where nothing is installed. */
    public void clearUp() throws IOException {
        for (String path : ABOVE) {
            files.removeTemporary(path);
        }
        files.removeTemporaries(HOME);
        files.removeTemporaries(BACKUP);
    }

    private List<String> missing() throws IOException {
        List<String> missing = new ArrayList<>();
        for (String path : ABOVE.subList(0, ABOVE.size() - 1)) {
            if (files.inspect(path) instanceof Snapshot.Absent) {
                missing.add(path);
            }
        }
        return missing;
    }

    /** The directory appears with the journal in it, and with those above it that are missing, or not at all. */
    private void make(State state, String command) throws IOException {
        String top = state.madeParents().isEmpty() ? HOME : state.madeParents().get(0);
        files.makeWhole(top, temporary -> {
            String inside = temporary + HOME.substring(top.length());
            for (String parent : state.madeParents()
                    .subList(
                            Math.min(1, state.madeParents().size()),
                            state.madeParents().size())) {
                files.put(temporary + parent.substring(top.length()), directory());
            }
            if (!top.equals(HOME)) {
                files.put(inside, directory());
            }
            files.put(inside + JOURNAL.substring(HOME.length()), header(state, command));
        });
    }

    private Snapshot directory() {
        return new Snapshot.Directory(PUBLIC_DIRECTORY, owner.user(), owner.group(), Map.of());
    }

    private Snapshot header(State state, String command) {
        return text(journalText.header(state.generation(), command, state.madeParents()));
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
        String top = HOME;
        for (int index = state.madeParents().size() - 1; index >= 0; index--) {
            String parent = state.madeParents().get(index);
            if (!files.list(parent).equals(List.of(top.substring(top.lastIndexOf('/') + 1)))) {
                break;
            }
            top = parent;
        }
        files.removeWhole(top);
    }
}
