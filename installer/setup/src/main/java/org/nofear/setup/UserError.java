package org.nofear.setup;

import java.util.Optional;

/** An end that the user can do something about: shown in one line, never as a stack trace. */
public final class UserError extends RuntimeException {

    private final ExitCode code;
    private final String what;
    private final Optional<String> remedy;

    /**
     * @param code how nofear-setup ends
     * @param what what went wrong, and with which thing
     * @param remedy what the user can do about it; often a command
     */
    public UserError(ExitCode code, String what, Optional<String> remedy) {
        super(what);
        this.code = code;
        this.what = what;
        this.remedy = remedy;
    }

    public UserError(ExitCode code, String what) {
        this(code, what, Optional.empty());
    }

    public UserError(ExitCode code, String what, String remedy) {
        this(code, what, Optional.of(remedy));
    }

    public ExitCode code() {
        return code;
    }

    public Optional<String> remedy() {
        return remedy;
    }

    /** What went wrong, and with which thing. */
    public String what() {
        return what;
    }

    /** What went wrong, why, and what to do about it. */
    public String line() {
        return remedy.map(text -> what + ": " + text).orElse(what);
    }
}
