package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Installer;
import org.nofear.setup.engine.Interrupt;
import org.nofear.setup.engine.Outcome;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;

/** Puts right what is NoFear's own: what install makes, install repairs. */
public record Repair(Target target, StateStore store, Progress progress, Interrupt interrupt, Blueprint blueprint) {

    /**
     * Does so where a finding asks for it; the lock must be held.
     *
     * @param options what install was run with
     * @return what was done; empty when there was nothing to do
     */
    public Optional<Outcome> after(List<Doctor.Result> results, InstallOptions options) throws IOException {
        if (!Doctor.repairable(results)) {
            return Optional.empty();
        }
        return Optional.of(
                new Installer(target, store, progress, interrupt).install(blueprint.stages(target, options, progress)));
    }
}
