package org.nofear.setup.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nofear.setup.Failure;
import org.nofear.setup.journal.OpenRun;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;

/**
 * Takes everything back, from the state alone. Cut short, it goes on where it was when it runs again: a place that is as it
 * was before NoFear needs nothing.
 */
public final class Uninstaller {

    private final Target target;
    private final StateStore store;
    private final Progress progress;
    private final Interrupt interrupt;

    public Uninstaller(Target target, StateStore store, Progress progress, Interrupt interrupt) {
        this.target = target;
        this.store = store;
        this.progress = progress;
        this.interrupt = interrupt;
    }

    /** What {@link #uninstall} would do. */
    public Plan plan() throws IOException {
        StateStore.Loaded loaded = store.load();
        loaded.notices().forEach(progress::warn);
        return new Planner(target).uninstall(loaded.state());
    }

    /** Takes back all that can be; what could not is named, and tried again by the next uninstall. */
    public Outcome uninstall() throws IOException {
        store.clearUp();
        if (store.nothing()) {
            return new Outcome(List.of(), List.of(), List.of());
        }
        try (OpenRun run = store.begin("uninstall", List.of())) {
            run.notices().forEach(progress::warn);
            Plan plan = new Planner(target).uninstall(run.state());
            Applier applier = new Applier(target, run, progress);
            List<Kept> kept = new ArrayList<>(plan.kept());
            List<String> failed = new ArrayList<>(plan.unseen());
            for (Change change : plan.changes()) {
                interrupt.check();
                if (change.action() instanceof Change.Action.Back back) {
                    takeBack(change, back, applier, kept, failed);
                }
            }
            applier.settle(plan.settled());
            applier.finish();
            run.commit(applier.entries());
            return new Outcome(plan.changes(), kept, failed);
        }
    }

    private void takeBack(
            Change change, Change.Action.Back back, Applier applier, List<Kept> kept, List<String> failed) {
        String name = change.id().substring(change.id().indexOf(':') + 1);
        try (Progress.Step step = progress.begin("take back " + name)) {
            applier.backForGood(back.entry()).ifPresent(kept::add);
            step.done("");
        } catch (IOException stuck) {
            failed.add(name + ": " + Failure.words(stuck));
        }
    }
}
