package org.nofear.setup.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nofear.setup.ExitCode;
import org.nofear.setup.Failure;
import org.nofear.setup.UserError;
import org.nofear.setup.journal.Entry;
import org.nofear.setup.journal.OpenRun;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;

/** Brings the host to what the stages want: whole, or not at all. */
public final class Installer {

    private final Target target;
    private final StateStore store;
    private final Progress progress;
    private final Interrupt interrupt;

    public Installer(Target target, StateStore store, Progress progress, Interrupt interrupt) {
        this.target = target;
        this.store = store;
        this.progress = progress;
        this.interrupt = interrupt;
    }

    /**
     * What {@link #install} would do; changes nothing and needs no root.
     *
     * @throws UserError as install would
     */
    public Plan plan(List<Stage> stages) throws IOException {
        StateStore.Loaded loaded = store.load();
        loaded.notices().forEach(progress::warn);
        loaded.interrupted().ifPresent(command -> progress.note(interrupted(command)));
        return new Planner(target).install(new Description(stages).all(), loaded.state());
    }

    private static String interrupted(String command) {
        return "an earlier " + command + " was cut short; this takes up what it left";
    }

    /**
     * Brings everything about.
     *
     * @param options that the stages follow from, as words of a command line: kept for a repair
     * @throws UserError when it failed, after everything done so far was taken back
     * @throws Dispensable likewise, where something else is to be installed then
     */
    public Outcome install(List<Stage> stages, List<String> options) throws IOException {
        try (OpenRun run = store.begin("install", options)) {
            run.notices().forEach(progress::warn);
            run.interrupted().ifPresent(command -> progress.note(interrupted(command)));
            Applier applier = new Applier(target, run, progress);
            try {
                return install(stages, run, applier);
            } catch (Interrupt.Interrupted stopped) {
                takeBack(run, applier, "interrupted");
                throw stopped;
            } catch (UserError refused) {
                takeBack(run, applier, refused.line());
                throw refused;
            } catch (Dispensable missing) {
                takeBack(run, applier, Failure.words(missing));
                interrupt.check();
                throw missing;
            } catch (IOException | UncheckedIOException failed) {
                String left = takeBack(run, applier, Failure.words(failed));
                interrupt.check();
                throw new UserError(ExitCode.FAILED, Failure.words(failed) + left + target.seeLog());
            } catch (RuntimeException bug) {
                takeBack(run, applier, String.valueOf(bug.getMessage()));
                throw bug;
            }
        }
    }

    private Outcome install(List<Stage> stages, OpenRun run, Applier applier) throws IOException {
        Description description = new Description(stages);
        // All of it once beforehand: what is in the way is found before the first change.
        Plan first = new Planner(target).install(description.all(), run.state());
        refuseUnseen(first);
        applier.observed(first.live());
        Plan whole = nothingToDo(stages, first) ? first : apply(stages, description, applier);
        applier.finish();
        interrupt.check();
        if (applier.changedNothing() && run.interrupted().isEmpty() && !run.otherOptions()) {
            run.abandon();
        } else {
            run.commit(applier.entries());
        }
        return new Outcome(whole.changes(), whole.kept(), List.of());
    }

    /** Whether nothing differs, and no stage has anything to make. */
    private boolean nothingToDo(List<Stage> stages, Plan first) throws IOException {
        boolean nothing = first.changes().isEmpty() && first.settled().isEmpty();
        for (int i = 0; nothing && i < stages.size(); i++) {
            interrupt.check();
            nothing = !prepare(stages.get(i));
        }
        return nothing;
    }

    /** Stage by stage: what one brings may let a later one want something else. */
    private Plan apply(List<Stage> stages, Description description, Applier applier) throws IOException {
        Planner planner = new Planner(target);
        Plan whole = Plan.NOTHING;
        description.forget();
        for (Stage stage : stages) {
            if (stage.proves()) {
                Set<String> wanted = planner.put(description.all(), description.all(), applier.state())
                        .wanted();
                Plan gone = planner.takeBack(applier.state(), wanted);
                applier.apply(gone, interrupt);
                whole = whole.then(gone);
            }
            whole = whole.then(apply(stage, description, planner, applier));
        }
        Plan back = planner.takeBack(applier.state(), whole.wanted());
        applier.apply(back, interrupt);
        return whole.then(back);
    }

    private Plan apply(Stage stage, Description description, Planner planner, Applier applier) throws IOException {
        interrupt.check();
        if (prepare(stage)) {
            description.forget();
        }
        interrupt.check();
        Plan plan = planner.put(stage.resources(), description.all(), applier.state());
        refuseUnseen(plan);
        try {
            applier.apply(plan, interrupt);
        } catch (IOException failed) {
            throw failure(stage, failed);
        }
        if (!plan.changes().isEmpty()) {
            description.forget();
        }
        return plan;
    }

    private static IOException failure(Stage stage, IOException failed) {
        return stage.otherwise()
                .<IOException>map(otherwise -> new Dispensable(failed, otherwise))
                .orElse(failed);
    }

    /** What cannot be looked at cannot be brought about either. */
    private static void refuseUnseen(Plan plan) throws IOException {
        if (!plan.unseen().isEmpty()) {
            throw new IOException("cannot look at " + String.join("; ", plan.unseen()));
        }
    }

    private boolean prepare(Stage stage) throws IOException {
        interrupt.mayKill(true);
        try {
            return stage.prepare(progress);
        } catch (IOException failed) {
            throw failure(stage, failed);
        } finally {
            interrupt.mayKill(false);
        }
    }

    private String takeBack(OpenRun run, Applier applier, String why) {
        boolean nothing = applier.changedNothing();
        if (!nothing && !applier.changedOnlyPackages()) {
            progress.warn("taking back what was done: " + why);
        }
        List<Entry> packages = applier.packages();
        List<String> stuck = applier.takeBack();
        if (!stuck.isEmpty()) {
            // The journal stays: the next run knows what is left.
            return "; not taken back: " + String.join(", ", stuck) + " (nofear-setup uninstall tries again)";
        }
        try {
            if (packages.isEmpty()) {
                run.abandon();
                return nothing ? "" : "; everything done so far has been taken back";
            }
            Map<String, Entry> entries = new LinkedHashMap<>(run.state().entries());
            packages.forEach(entry -> entries.putIfAbsent(entry.place(), entry));
            run.commitTakenBack(entries.values());
            return "; everything done so far has been taken back, but for packages that were installed";
        } catch (IOException stays) {
            return "; everything done so far has been taken back, but its record stays: " + Failure.words(stays)
                    + " (nofear-setup uninstall tries again)";
        }
    }
}
