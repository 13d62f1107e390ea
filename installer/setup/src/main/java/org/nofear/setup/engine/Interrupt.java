package org.nofear.setup.engine;

/** Whether the user has asked to stop (Ctrl-C, SIGTERM). */
public interface Interrupt {

    /** Nobody ever does. */
    Interrupt NEVER = () -> false;

    /** Whether it is time to stop. */
    boolean asked();

    /**
     * Asked between steps.
     *
     * @throws Interrupted when it is time to stop
     */
    default void check() {
        if (asked()) {
            throw new Interrupted();
        }
    }

    /**
     * From now on programs that run for us may be killed when it is time to stop (a build may, a package manager may not);
     * or no longer.
     */
    default void mayKill(boolean programs) {}

    /** The user has asked to stop. */
    final class Interrupted extends RuntimeException {
        public Interrupted() {
            super("interrupted");
        }
    }
}
