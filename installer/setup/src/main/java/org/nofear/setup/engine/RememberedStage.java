package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.resource.Resource;

/** A stage that is asked what it wants once, and again when something has been made or changed. */
public final class RememberedStage implements Stage {

    private final Stage stage;
    private Optional<List<Resource>> wanted = Optional.empty();

    public RememberedStage(Stage stage) {
        this.stage = stage;
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        return stage.prepare(progress);
    }

    @Override
    public Optional<Otherwise> otherwise() {
        return stage.otherwise();
    }

    @Override
    public boolean proves() {
        return stage.proves();
    }

    @Override
    public List<Resource> resources() {
        List<Resource> resources = wanted.orElseGet(stage::resources);
        wanted = Optional.of(resources);
        return resources;
    }

    @Override
    public void forget() {
        wanted = Optional.empty();
    }
}
