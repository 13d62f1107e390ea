package org.nofear.setup;

/** How nofear-setup ends: the public contract's numbers. */
public enum ExitCode {
    /** Done, or nothing to do. */
    OK(0),
    /** Failed, and taken back; or a check fails. */
    FAILED(1),
    /** The command line makes no sense. */
    USAGE(2),
    /** The state was written by a newer version, or is damaged beyond recovery. */
    STATE(65),
    /** Another nofear-setup is running. */
    BUSY(75),
    /** Needs root, or a path that would be written is not safe. */
    REFUSED(77),
    /** Ctrl-C; taken back or resumable. */
    INTERRUPTED(130),
    /** SIGTERM; taken back or resumable. */
    TERMINATED(143);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
