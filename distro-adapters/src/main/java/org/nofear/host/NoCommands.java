package org.nofear.host;

import java.io.IOException;

/** Runs nothing: the programs of an offline tree may be another architecture's, and are another system's in any case. */
record NoCommands() implements CommandRunner {

    @Override
    public CommandResult run(Command command) throws IOException {
        throw new IOException("programs of an offline tree are not run: " + command.argv());
    }
}
