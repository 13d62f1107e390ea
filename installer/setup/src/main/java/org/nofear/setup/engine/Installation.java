package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import org.nofear.setup.Failure;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;

/** What options ask for on this host, planned or brought about. */
public record Installation(
        Target target, StateStore store, Progress progress, Interrupt interrupt, Blueprint blueprint) {

    /** What {@link #bring} would do; changes nothing and needs no root. */
    public Plan plan(InstallOptions options) throws IOException {
        return installer().plan(stages(options));
    }

    /**
     * Brings it about; without what nobody asked for, where that cannot be had. The lock must be held.
     *
     * @throws org.nofear.setup.UserError when it failed, after everything done so far was taken back
     */
    public Outcome bring(InstallOptions options) throws IOException {
        try {
            return installer().install(stages(options), options.words());
        } catch (Dispensable missing) {
            progress.warn(Failure.words(missing));
            return bring(missing.otherwise().options());
        }
    }

    private List<Stage> stages(InstallOptions options) throws IOException {
        return blueprint.stages(target, Before.of(store.load().state()), options, progress);
    }

    private Installer installer() {
        return new Installer(target, store, progress, interrupt);
    }
}
