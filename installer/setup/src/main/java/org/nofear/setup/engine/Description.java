package org.nofear.setup.engine;

import java.util.ArrayList;
import java.util.List;
import org.nofear.setup.resource.Resource;

/** What the stages want, all together. */
final class Description {

    private final List<Stage> stages;

    Description(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    List<Resource> all() {
        List<Resource> all = new ArrayList<>();
        stages.forEach(stage -> all.addAll(stage.resources()));
        return all;
    }

    /** Something has been made or changed, which may let any stage want something else. */
    void forget() {
        stages.forEach(Stage::forget);
    }
}
