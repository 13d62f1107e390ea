package org.nofear.setup.cli;

import org.nofear.image.Printable;

/** Text that may come from anywhere, made fit to be one line on a terminal. */
final class Lines {

    private Lines() {}

    /** Control characters, which could move the cursor or begin a new line, become visible. */
    static String one(String text) {
        return Printable.of(text.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    /** The same for text of many lines. */
    static String many(String text) {
        return Printable.lines(text);
    }
}
