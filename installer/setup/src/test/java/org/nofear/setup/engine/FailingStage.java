package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.resource.Resource;

/** A stage whose preparation fails: a kernel that does not compile. */
record FailingStage(String why, Optional<Otherwise> otherwise) implements Stage {

    FailingStage(String why) {
        this(why, Optional.empty());
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        throw new IOException(why);
    }

    @Override
    public List<Resource> resources() {
        return List.of();
    }
}
