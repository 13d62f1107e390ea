package org.nofear.setup.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.journal.State;
import org.nofear.setup.place.ModulePlace;
import org.nofear.setup.place.PackagePlace;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.TablePlace;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/** Compares what is there with what install noted when it had put it there; from the state alone, and changing nothing. */
public record Verification(Target target, State state) {

    /**
     * A place that is not as install left it.
     *
     * @param kind {@code missing} or {@code changed}
     * @param place its id
     * @param found what is there now, in a few words
     */
    public record Difference(String kind, String place, String found) {}

    /**
     * What was found.
     *
     * @param unseen what the caller may not look at
     */
    public record Result(List<Difference> differences, List<String> unseen) {

        public Result {
            differences = List.copyOf(differences);
            unseen = List.copyOf(unseen);
        }
    }

    /** Looks at all that the state knows of. */
    public Result look() throws IOException {
        List<Difference> differences = new ArrayList<>();
        List<String> unseen = new ArrayList<>();
        for (Entry entry : state.entries().values()) {
            Place place = Place.of(entry.place());
            if (nobodysBusiness(place)) {
                continue;
            }
            Snapshot found = place.inspect(target);
            if (found instanceof Snapshot.Unseen hidden) {
                unseen.add(entry.place() + ": " + hidden.why());
            } else if (found instanceof Snapshot.Absent) {
                differences.add(new Difference("missing", entry.place(), found.describe()));
            } else if (!asMade(place, entry, found)) {
                differences.add(new Difference("changed", entry.place(), found.describe()));
            }
        }
        return new Result(differences, unseen);
    }

    /** Packages are their manager's; a module may have gone; a copy of what was altered is not what install made. */
    private boolean nobodysBusiness(Place place) {
        return place instanceof PackagePlace
                || place instanceof ModulePlace
                || (place.live() && !target.host().live())
                || (place instanceof PathPlace file && file.path().endsWith(PathPlace.ALTERED));
    }

    private boolean asMade(Place place, Entry entry, Snapshot found) throws IOException {
        if (place instanceof TablePlace table) {
            String digest = table.digest(target);
            return entry.evidence()
                    .filter(noted -> noted.endsWith(" " + digest))
                    .isPresent();
        }
        boolean dressed = !(place instanceof PathPlace)
                || entry.evidence().map(found.dress()::equals).orElse(true);
        return entry.owns(found) && dressed;
    }
}
