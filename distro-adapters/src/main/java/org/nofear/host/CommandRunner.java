package org.nofear.host;

import java.io.IOException;

/** Runs programs. Each touch of the host by a program goes through this interface. */
public interface CommandRunner {

    /**
     * Runs a program to its end or to its deadline.
     *
     * @throws IOException when the program cannot be started (not found, not executable)
     */
    CommandResult run(Command command) throws IOException;
}
