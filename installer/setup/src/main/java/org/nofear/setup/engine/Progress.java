package org.nofear.setup.engine;

/** Shows what is going on: a line a step, with its time; a bar in the long ones on a terminal; events for machines. */
public interface Progress {

    /** Begins a step; the one before must have ended. */
    Step begin(String title);

    /** Something worth knowing that is neither wrong nor a step. */
    void note(String text);

    /** Something that the user should look at. */
    void warn(String text);

    /** A step under way. Closed without {@link #done}: it failed. */
    interface Step extends AutoCloseable {

        /**
         * How far it is.
         *
         * @param done not negative
         * @param total positive; an estimate is good enough
         */
        void advance(long done, long total);

        /** It has succeeded; a few words of what came out, or none. */
        void done(String outcome);

        @Override
        void close();
    }
}
