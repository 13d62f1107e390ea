package org.nofear.setup.engine;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.nofear.setup.resource.Resource;

/**
 * What the stages want. Each is asked once, and again only after {@link #forget}: a stage looks at the host to answer, which
 * takes its time.
 */
final class Description {

    private final List<Stage> stages;
    private final IdentityHashMap<Stage, List<Resource>> wanted = new IdentityHashMap<>();

    Description(List<Stage> stages) {
        this.stages = List.copyOf(stages);
    }

    List<Resource> of(Stage stage) {
        return wanted.computeIfAbsent(stage, Stage::resources);
    }

    List<Resource> all() {
        List<Resource> all = new ArrayList<>();
        stages.forEach(stage -> all.addAll(of(stage)));
        return all;
    }

    /** Something has been made or changed, which may let any stage want something else. */
    void forget() {
        wanted.clear();
    }
}
