package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Installation;
import org.nofear.setup.engine.Outcome;
import org.nofear.setup.engine.Plan;

/** Puts right what is NoFear's own: what install makes, install repairs. */
public record Repair(Installation installation) {

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
        return Optional.of(installation.bring(options));
    }

    /** What it would do. */
    public Optional<Plan> planned(List<Doctor.Result> results, InstallOptions options) throws IOException {
        return Doctor.repairable(results) ? Optional.of(installation.plan(options)) : Optional.empty();
    }
}
