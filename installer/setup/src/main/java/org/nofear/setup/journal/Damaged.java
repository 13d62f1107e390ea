package org.nofear.setup.journal;

import java.io.IOException;

/** A file of the state is not what was written. */
final class Damaged extends IOException {

    Damaged(String why) {
        super(why);
    }

    Damaged(String why, Throwable cause) {
        super(why, cause);
    }
}
