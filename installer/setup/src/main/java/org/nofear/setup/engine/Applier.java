package org.nofear.setup.engine;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.distro.PackageManager;
import org.nofear.setup.Failure;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.journal.OpenRun;
import org.nofear.setup.journal.State;
import org.nofear.setup.place.PackagePlace;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.place.UnitPlace;
import org.nofear.setup.resource.AlteredCopy;
import org.nofear.setup.resource.Known;
import org.nofear.setup.resource.PackageResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Snapshot;

/** Makes the changes of plans, each recorded before it is made; can take all of them back. */
final class Applier {

    private static final String UNITS = "path:/etc/systemd/system/";

    private final Target target;
    private final OpenRun run;
    private final Progress progress;
    private final Map<String, Entry> entries;
    private final List<Done> done = new ArrayList<>();
    private final Map<String, Snapshot> live = new HashMap<>();
    private Interrupt interrupt = Interrupt.NEVER;
    private boolean unitsChanged;

    Applier(Target target, OpenRun run, Progress progress) {
        this.target = target;
        this.run = run;
        this.progress = progress;
        this.entries = new LinkedHashMap<>(run.state().entries());
    }

    /** What was live before the first change: a new script could no longer tell, nor bring back, what an old one had set up. */
    void observed(Map<String, Snapshot> found) {
        live.putAll(found);
    }

    private Snapshot before(Place place, Snapshot now) {
        return live.getOrDefault(place.id(), now);
    }

    /** A change that was made, or may have been. */
    private record Done(Place place, Snapshot before) {}

    /** What is known by now. */
    State state() {
        return run.state().with(entries.values());
    }

    Collection<Entry> entries() {
        return entries.values();
    }

    boolean changedNothing() {
        return done.isEmpty() && run.state().entries().equals(entries);
    }

    /** Packages stay: there is nothing to take back then. */
    boolean changedOnlyPackages() {
        return done.stream().allMatch(each -> each.place() instanceof PackagePlace);
    }

    void apply(Plan plan, Interrupt interrupt) throws IOException {
        List<Change> changes = plan.changes();
        this.interrupt = interrupt;
        for (int index = 0; index < changes.size(); ) {
            interrupt.check();
            int end = batchEnd(changes, index);
            apply(changes.subList(index, end));
            index = end;
        }
        settle(plan.settled());
    }

    void settle(Set<String> settled) {
        entries.keySet().removeAll(settled);
    }

    /** Packages go together. */
    private static int batchEnd(List<Change> changes, int start) {
        Optional<PackageManager> manager = manager(changes.get(start));
        int end = start + 1;
        while (manager.isPresent()
                && end < changes.size()
                && manager(changes.get(end)).equals(manager)) {
            end++;
        }
        return end;
    }

    private static Optional<PackageManager> manager(Change change) {
        return change.action() instanceof Change.Action.Put put && put.resource() instanceof PackageResource one
                ? Optional.of(one.manager())
                : Optional.empty();
    }

    private void apply(List<Change> batch) throws IOException {
        Change first = batch.get(0);
        String title = batch.size() == 1 ? title(first) : "install " + batch.size() + " packages";
        try (Progress.Step step = progress.begin(title)) {
            if (batch.size() > 1) {
                packages(packagesOf(batch));
            } else if (first.action() instanceof Change.Action.Put put) {
                put(put.resource());
            } else if (first.action() instanceof Change.Action.Back back) {
                back(back.entry());
            }
            step.done("");
        }
    }

    private static String title(Change change) {
        return change.kind().word() + " " + change.id().substring(change.id().indexOf(':') + 1);
    }

    private static List<PackageResource> packagesOf(List<Change> batch) {
        List<PackageResource> packages = new ArrayList<>();
        for (Change change : batch) {
            if (change.action() instanceof Change.Action.Put put && put.resource() instanceof PackageResource each) {
                packages.add(each);
            }
        }
        return packages;
    }

    private void packages(List<PackageResource> packages) throws IOException {
        for (PackageResource each : packages) {
            intend(each, each.wanted(target));
        }
        installAll(packages);
        for (PackageResource each : packages) {
            confirm(each);
        }
    }

    /** A package manager that failed has installed some of them, all or none: only those stay on the books. */
    private void installAll(List<PackageResource> packages) throws IOException {
        try {
            Set<String> told = new HashSet<>();
            PackageResource.installAll(target, packages, holder -> {
                interrupt.check();
                if (told.add(holder)) {
                    progress.note("waiting, up to " + target.packageWait().toSeconds() + " s (--wait): " + holder);
                }
            });
        } catch (IOException failed) {
            for (PackageResource each : packages) {
                if (each.inspect(target) instanceof Snapshot.Absent) {
                    entries.remove(each.place().id());
                }
            }
            throw failed;
        }
    }

    private void put(Resource resource) throws IOException {
        if (resource instanceof PackageResource one) {
            packages(List.of(one));
            return;
        }
        if (resource instanceof AlteredCopy copy) {
            progress.warn(
                    copy.original() + " was altered since NoFear made it, and is put right; what was there is kept as "
                            + copy.original() + PathPlace.ALTERED);
        }
        Snapshot wanted = resource.wanted(target);
        intend(resource, wanted);
        resource.apply(target, wanted);
        confirm(resource);
    }

    private void intend(Resource resource, Snapshot wanted) throws IOException {
        Snapshot before =
                run.intend(resource.place(), before(resource.place(), resource.inspect(target)), wanted.mark());
        done.add(new Done(resource.place(), before));
        noteUnits(resource.place());
        Entry entry = Optional.ofNullable(entries.get(resource.place().id()))
                .orElseGet(() -> new Entry(resource.place().id(), before, Set.of(), Optional.empty()));
        entries.put(entry.place(), entry.put(wanted.mark(), Optional.empty()));
    }

    private void confirm(Resource resource) throws IOException {
        String id = resource.place().id();
        Optional<String> evidence = resource.evidence(target);
        Snapshot found = resource.inspect(target);
        if (!resource.satisfiedBy(target, found, new Known(() -> true, evidence))) {
            throw new IOException(id + " has not become what it was set to: " + found.describe());
        }
        Entry entry = Optional.ofNullable(entries.get(id)).orElseThrow();
        entries.put(id, entry.put(resource.wanted(target).mark(), evidence));
    }

    /** Puts back what was there before install. */
    void back(Entry entry) throws IOException {
        Place place = Place.of(entry.place());
        Snapshot before = run.intend(
                place, before(place, place.inspect(target)), entry.original().mark());
        done.add(new Done(place, before));
        noteUnits(place);
        place.put(target, entry.original());
        entries.remove(entry.place());
    }

    /** The same without a way back, by uninstall; something else that is in a directory stays, and so does the directory. */
    Optional<Kept> backForGood(Entry entry) throws IOException {
        Place place = Place.of(entry.place());
        run.intendBack(entry);
        noteUnits(place);
        try {
            place.put(target, entry.original());
            entries.remove(entry.place());
            return Optional.empty();
        } catch (DirectoryNotEmptyException inUse) {
            entries.remove(entry.place());
            return Optional.of(
                    new Kept(entry.place().substring(entry.place().indexOf(':') + 1), "something else is in it"));
        }
    }

    private void noteUnits(Place place) {
        unitsChanged |= place.id().startsWith(UNITS);
    }

    /** After the last change: systemd learns of unit files that came and went. */
    void finish() throws IOException {
        if (unitsChanged && target.systemd()) {
            UnitPlace.reload(target);
        }
    }

    /** Whether packages were installed, which stay. */
    List<Entry> packages() {
        return done.stream()
                .filter(each -> each.place() instanceof PackagePlace)
                .map(each -> Optional.ofNullable(entries.get(each.place().id())))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Takes back what this run did. What was not live goes first, newest first, while the files are there that know how; then the
     * files are put back; and from them what was live before, in the order in which it came about.
     *
     * @return what could not be taken back, each with its reason
     */
    List<String> takeBack() {
        List<Done> newest = new ArrayList<>(done);
        Collections.reverse(newest);
        List<String> failed = new ArrayList<>();
        newest.stream().filter(each -> live(each) && !wasLive(each)).forEach(each -> takeBack(each, failed));
        newest.stream().filter(each -> !live(each)).forEach(each -> takeBack(each, failed));
        done.stream().filter(each -> live(each) && wasLive(each)).forEach(each -> takeBack(each, failed));
        try {
            finish();
        } catch (IOException stuck) {
            failed.add(Failure.words(stuck));
        }
        return failed;
    }

    private static boolean live(Done each) {
        return each.place().live();
    }

    private static boolean wasLive(Done each) {
        return !(each.before() instanceof Snapshot.Absent);
    }

    private void takeBack(Done each, List<String> failed) {
        if (each.place() instanceof PackagePlace) {
            return;
        }
        try {
            for (String path : each.place().files()) {
                target.files().removeTemporary(path);
            }
            each.place().put(target, each.before());
        } catch (IOException | RuntimeException stuck) {
            failed.add(each.place().id() + ": " + Failure.words(stuck));
        }
    }
}
