package org.nofear.setup.engine;

import java.util.List;

/**
 * What a run did.
 *
 * @param changes in order
 * @param kept what others changed and was left
 * @param failed what could not be taken back, each with its reason (uninstall only)
 */
public record Outcome(List<Change> changes, List<Kept> kept, List<String> failed) {

    public Outcome {
        changes = List.copyOf(changes);
        kept = List.copyOf(kept);
        failed = List.copyOf(failed);
    }
}
