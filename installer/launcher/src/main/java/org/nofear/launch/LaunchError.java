package org.nofear.launch;

/** An end that the caller can do something about: one line on standard error, and a status. */
public final class LaunchError extends RuntimeException {

    /** NoFear itself failed: the status that no command is given the blame for. */
    public static final int FAILED = 125;

    /** The command line makes no sense. */
    public static final int USAGE = 2;

    private final int status;

    public LaunchError(int status, String message) {
        super(message);
        this.status = status;
    }

    /** One line that says what, where and what to do. */
    public static LaunchError failed(String message) {
        return new LaunchError(FAILED, message);
    }

    public int status() {
        return status;
    }
}
