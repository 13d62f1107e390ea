package org.nofear.setup.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.journal.State;
import org.nofear.setup.place.GroupPlace;
import org.nofear.setup.place.ModulePlace;
import org.nofear.setup.place.PackagePlace;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.SysctlPlace;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.AlteredCopy;
import org.nofear.setup.resource.DirectoryResource;
import org.nofear.setup.resource.Known;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Snapshot;

/** Compares what is wanted, what is there and what install put there. It changes nothing. */
public final class Planner {

    private static final int LARGEST_TEXT = 1 << 18;

    private final Target target;

    public Planner(Target target) {
        this.target = target;
    }

    /**
     * What a whole installation would do.
     *
     * @throws UserError (77) when something is in the way, or a path is not safe
     */
    public Plan install(List<Resource> resources, State state) throws IOException {
        Plan put = put(resources, resources, state);
        return put.then(takeBack(state, put.wanted()));
    }

    /** What brings some of all resources about; nothing is taken back. */
    Plan put(List<Resource> resources, List<Resource> all, State state) throws IOException {
        Draft draft = new Draft(state);
        for (Resource resource : Expansion.of(resources, all, target, state)) {
            draft.put(resource);
        }
        return draft.plan();
    }

    /** What takes back that which is wanted no longer. */
    Plan takeBack(State state, Set<String> wanted) throws IOException {
        Draft draft = new Draft(state);
        for (Entry entry : newestFirst(state)) {
            if (!wanted.contains(entry.place()) && Place.of(entry.place()).takenBackWhenUnwanted()) {
                draft.back(entry);
            }
        }
        return draft.plan();
    }

    /** What takes everything back. */
    public Plan uninstall(State state) throws IOException {
        Draft draft = new Draft(state, true);
        for (Entry entry : newestFirst(state)) {
            Place place = Place.of(entry.place());
            if (place instanceof PackagePlace added) {
                draft.left(entry, added);
            } else if (place instanceof ModulePlace) {
                draft.settle(entry);
            } else {
                draft.back(entry);
            }
        }
        return draft.plan();
    }

    private static List<Entry> newestFirst(State state) {
        List<Entry> entries = new ArrayList<>(state.entries().values());
        Collections.reverse(entries);
        return entries;
    }

    /** A plan that is being made. */
    private final class Draft {

        private final State state;
        private final boolean everything;
        private final List<Change> changes = new ArrayList<>();
        private final List<Kept> kept = new ArrayList<>();
        private final List<String> unseen = new ArrayList<>();
        private final Set<String> settled = new LinkedHashSet<>();
        private final Set<String> wanted = new LinkedHashSet<>();
        private final Set<String> leaving = new LinkedHashSet<>();
        private final Map<String, Snapshot> live = new HashMap<>();

        Draft(State state) {
            this(state, false);
        }

        /** @param everything whether nothing is to be left installed */
        Draft(State state, boolean everything) {
            this.state = state;
            this.everything = everything;
        }

        Plan plan() {
            return new Plan(changes, kept, unseen, settled, wanted, live);
        }

        void put(Resource resource) throws IOException {
            put(resource, resource.beside());
        }

        private void put(Resource resource, Optional<Resource> beside) throws IOException {
            Place place = resource.place();
            wanted.add(place.id());
            Snapshot found = resource.inspect(target);
            note(place, found);
            Optional<Entry> entry = state.entry(place.id());
            if (found instanceof Snapshot.Unseen hidden) {
                unseen.add(place.id() + ": " + hidden.why());
                return;
            }
            Known known =
                    new Known(() -> entry.filter(ours -> ours.owns(found)).isPresent(), entry.flatMap(Entry::evidence));
            if (resource.satisfiedBy(target, found, known)) {
                return;
            }
            if (entry.isPresent() && !resource.putsRight() && theirs(entry.get(), found)) {
                kept.add(new Kept(nameOf(place), "changed since NoFear put it there"));
                if (beside.isPresent()) {
                    put(beside.get(), Optional.empty());
                }
                return;
            }
            check(place, resource, found);
            if (place instanceof PathPlace file
                    && entry.filter(ours -> theirs(ours, found)).isPresent()) {
                keepAltered(file, resource, found);
            }
            Resource.Preview preview = resource.preview();
            changes.add(new Change(
                    found instanceof Snapshot.Absent ? Change.Kind.CREATE : Change.Kind.CHANGE,
                    place.id(),
                    resource.reason(),
                    found.describe(),
                    preview.words(),
                    preview.text().flatMap(text -> text(found).flatMap(old -> TextDiff.between(old, text))),
                    new Change.Action.Put(resource)));
        }

        private void note(Place place, Snapshot found) {
            if (place.live()) {
                live.put(place.id(), found);
            }
        }

        /** Ours is put back, and nothing is lost: it may have been altered on purpose, or tell what happened. */
        private void keepAltered(PathPlace file, Resource resource, Snapshot found) throws IOException {
            if (!(resource instanceof AlteredCopy)) {
                put(new AlteredCopy(file.path(), found), Optional.empty());
            }
        }

        void back(Entry entry) throws IOException {
            Place place = Place.of(entry.place());
            if (place.live() && !target.host().live()) {
                offline(entry);
                return;
            }
            Snapshot found = place.inspect(target);
            note(place, found);
            if (found instanceof Snapshot.Unseen hidden) {
                unseen.add(place.id() + ": " + hidden.why());
                return;
            }
            if (found instanceof Snapshot.Absent && entry.original() instanceof Snapshot.Absent) {
                settled.add(entry.place());
            } else if (!entry.owns(found) && !deleted(place, found)) {
                settled.add(entry.place());
                if (theirs(entry, found)) {
                    kept.add(new Kept(nameOf(place), "changed since NoFear put it there"));
                }
            } else if (!others(place).isEmpty()) {
                settled.add(entry.place());
                kept.add(new Kept(
                        place.id().substring(place.id().indexOf(':') + 1),
                        (place instanceof SysctlPlace ? "stays as it is until the next boot: " : "") + "relied on by "
                                + String.join(", ", others(place))));
            } else if (inUse(place, found, entry)) {
                settled.add(entry.place());
                kept.add(new Kept(nameOf(place), "something else is in it"));
            } else {
                if (place instanceof PathPlace file) {
                    target.files().check(file.path());
                }
                leaving.add(place.id());
                changes.add(new Change(
                        kind(found, entry.original()),
                        place.id(),
                        "as it was before NoFear",
                        found.describe(),
                        entry.original().describe(),
                        Optional.empty(),
                        new Change.Action.Back(entry)));
            }
        }

        /** Of a group: whom the administrator put into it. */
        private List<String> others(Place place) throws IOException {
            if (!(place instanceof GroupPlace group)) {
                return place.others(target);
            }
            return group.members(target).stream()
                    .filter(user ->
                            state.entry("member:" + group.group() + " " + user).isEmpty())
                    .toList();
        }

        /** A loaded module is gone at the next boot; others may use it until then. */
        void settle(Entry entry) {
            settled.add(entry.place());
        }

        /** What was live when it was installed is nowhere in a tree that does not run, and nothing to take back. */
        private void offline(Entry entry) {
            if (everything) {
                settled.add(entry.place());
            }
        }

        /** Deleted by somebody: what was there before NoFear is put back, unless its directory is gone as well. */
        private boolean deleted(Place place, Snapshot found) throws IOException {
            return found instanceof Snapshot.Absent
                    && place instanceof PathPlace file
                    && !(target.files().inspect(parent(file.path())) instanceof Snapshot.Absent);
        }

        void left(Entry entry, PackagePlace added) {
            settled.add(entry.place());
            kept.add(new Kept("package " + added.name(), "installed for NoFear; others may use it by now"));
        }

        private boolean inUse(Place place, Snapshot found, Entry entry) throws IOException {
            if (!(place instanceof PathPlace directory)
                    || !(found instanceof Snapshot.Directory)
                    || !(entry.original() instanceof Snapshot.Absent)) {
                return false;
            }
            for (String name : target.files().list(directory.path())) {
                if (!leaving.contains(new PathPlace(directory.path() + "/" + name).id())) {
                    return true;
                }
            }
            return false;
        }

        private void check(Place place, Resource resource, Snapshot found) throws IOException {
            if (!(place instanceof PathPlace file)) {
                return;
            }
            boolean directory = resource instanceof DirectoryResource;
            boolean blocked = found instanceof Snapshot.Other
                    || (found instanceof Snapshot.Directory && !directory)
                    || (!(found instanceof Snapshot.Absent) && directory && !(found instanceof Snapshot.Directory));
            if (blocked) {
                throw new UserError(
                        ExitCode.REFUSED,
                        file.path() + " is in the way (" + found.describe() + "), which is not NoFear's",
                        "move it away");
            }
            target.files().check(file.path());
            target.files().checkWritable(file.path());
        }
    }

    /** Whether what is there is neither what install put there, nor what was there before, nor nothing. */
    private static boolean theirs(Entry entry, Snapshot found) {
        return !entry.owns(found)
                && !found.mark().equals(entry.original().mark())
                && !(found instanceof Snapshot.Absent);
    }

    private static String nameOf(Place place) {
        return place instanceof PathPlace file ? file.path() : place.id();
    }

    /** Empty: what is there is no text, or too long to be shown. */
    private static Optional<String> text(Snapshot found) {
        if (found instanceof Snapshot.File file) {
            return file.content().text(LARGEST_TEXT);
        }
        return Optional.of(found instanceof Snapshot.Value value ? value.text() : "");
    }

    private static String parent(String path) {
        return path.lastIndexOf('/') == 0 ? path : path.substring(0, path.lastIndexOf('/'));
    }

    private static Change.Kind kind(Snapshot before, Snapshot after) {
        if (after instanceof Snapshot.Absent) {
            return Change.Kind.DELETE;
        }
        return before instanceof Snapshot.Absent ? Change.Kind.CREATE : Change.Kind.CHANGE;
    }
}
