package org.nofear.build;

import java.io.IOException;

/** A build that cannot be done: one line that says what, where and what to do. */
public final class BuildException extends IOException {

    public BuildException(String message) {
        super(message);
    }

    public BuildException(String message, Throwable cause) {
        super(message, cause);
    }
}
