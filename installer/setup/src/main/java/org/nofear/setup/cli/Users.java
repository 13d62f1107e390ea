package org.nofear.setup.cli;

import java.io.IOException;
import org.nofear.host.Command;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;

/** Checks the names of users. */
final class Users {

    private Users() {}

    /** Whether a line of /etc/group can hold the name. */
    static boolean nameable(String user) {
        return !user.isEmpty() && !user.matches("(?s)[-+].*|.*[:,/\\s\\p{Cntrl}].*");
    }

    /**
     * Checks that there is such a user.
     *
     * @throws UserError (2) when there is none
     */
    static void check(Host host, String user) {
        if (!nameable(user)) {
            throw new UserError(ExitCode.USAGE, "--user: " + user + " is no user's name");
        }
        boolean local = host.read("/etc/passwd").orElse("").lines().anyMatch(line -> line.startsWith(user + ":"));
        if (!local && !(host.live() && elsewhere(host, user))) {
            throw new UserError(ExitCode.USAGE, "--user: there is no user " + user);
        }
    }

    /** Users of a directory service are in no file. */
    private static boolean elsewhere(Host host, String user) {
        try {
            return host.commands()
                    .run(Command.of("getent", "passwd", user))
                    .output()
                    .startsWith(user + ":");
        } catch (IOException noGetent) {
            return false;
        }
    }
}
