package org.nofear.setup.engine;

import java.io.IOException;
import org.nofear.setup.Failure;

/** A stage failed that install can do without. What was done so far has been taken back when this arrives. */
public final class Dispensable extends IOException {

    private final transient Otherwise otherwise;

    Dispensable(IOException failed, Otherwise otherwise) {
        super(Failure.words(failed) + ": " + otherwise.words(), failed);
        this.otherwise = otherwise;
    }

    public Otherwise otherwise() {
        return otherwise;
    }
}
