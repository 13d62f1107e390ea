package org.nofear.setup.cli;

/** Text that may come from anywhere, made fit to be one line on a terminal. */
final class Lines {

    private Lines() {}

    /** Control characters, which could move the cursor or begin a new line, become question marks. */
    static String one(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "?");
    }

    /** The same for text of many lines. */
    static String many(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", "?");
    }
}
