package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Before;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Planner;
import org.nofear.setup.engine.Silence;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.Resource;

/**
 * Plans an installation as install itself does, so that doctor and installer cannot disagree.
 *
 * @param options what install was run with
 */
public record InstalledDrift(Target target, StateStore store, Blueprint blueprint, InstallOptions options)
        implements Drift {

    @Override
    public Difference look() throws IOException {
        StateStore.Loaded loaded = store.load();
        List<Resource> wanted = new ArrayList<>();
        for (Stage stage : blueprint.stages(target, Before.of(loaded.state()), options, new Silence())) {
            wanted.addAll(stage.resources());
        }
        return new Difference(
                new Planner(target).install(wanted, loaded.state()),
                loaded.interrupted().isPresent(),
                loaded.state().entries().size());
    }
}
