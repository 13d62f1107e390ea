package org.nofear.setup.place;

import java.io.IOException;
import java.util.OptionalInt;

/** The numbers of users and groups, as the host's own files give them (not those of this machine, for an offline tree). */
public final class Accounts {

    private Accounts() {}

    /** A user's number; a number stands for itself. */
    public static OptionalInt user(Target target, String name) throws IOException {
        return AccountFile.PASSWD.id(target, name);
    }

    /** A group's number; a number stands for itself; empty for one still to be made. */
    public static OptionalInt group(Target target, String name) throws IOException {
        return AccountFile.GROUP.id(target, name);
    }
}
