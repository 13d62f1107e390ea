package org.nofear.setup.engine;

/** Whether the user has asked to stop (Ctrl-C, SIGTERM). */
public interface Interrupt {

    /** Nobody ever does. */
    Interrupt NEVER = () -> {};

    /**
     * Asked between steps.
     *
     * @throws Interrupted when it is time to stop
     */
    void check();

    /** The user has asked to stop. */
    final class Interrupted extends RuntimeException {
        public Interrupted() {
            super("interrupted");
        }
    }
}
