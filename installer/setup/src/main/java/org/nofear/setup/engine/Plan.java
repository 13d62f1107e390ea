package org.nofear.setup.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nofear.setup.snapshot.Snapshot;

/**
 * Every change that brings the host from what is there to what is wanted, in order.
 *
 * @param kept what others changed or put there, and what is therefore left
 * @param unseen what the caller may not look at
 * @param settled ids of places that need no attention any more
 * @param wanted ids of all places that something is wanted at
 * @param live what was found at places of the running machine, by id
 */
public record Plan(
        List<Change> changes,
        List<Kept> kept,
        List<String> unseen,
        Set<String> settled,
        Set<String> wanted,
        Map<String, Snapshot> live) {

    /** Nothing to do. */
    public static final Plan NOTHING = new Plan(List.of(), List.of(), List.of(), Set.of(), Set.of(), Map.of());

    public Plan {
        changes = List.copyOf(changes);
        kept = List.copyOf(kept);
        unseen = List.copyOf(unseen);
        settled = Set.copyOf(settled);
        wanted = Set.copyOf(wanted);
        live = Map.copyOf(live);
    }

    /** This one, and then another. */
    Plan then(Plan next) {
        Map<String, Snapshot> seen = new HashMap<>(next.live);
        seen.putAll(live);
        return new Plan(
                join(changes, next.changes),
                join(kept, next.kept),
                join(unseen, next.unseen),
                Set.copyOf(join(List.copyOf(settled), List.copyOf(next.settled))),
                Set.copyOf(join(List.copyOf(wanted), List.copyOf(next.wanted))),
                seen);
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        second.stream().filter(each -> !first.contains(each)).forEach(all::add);
        return all;
    }
}
