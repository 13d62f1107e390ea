package org.nofear.templates;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A file of the guest's /etc: who the guest is, which must not be who the host is. What differs from user to user stays a
 * placeholder, <code>${uid}</code> or <code>${gid}</code>, that the launcher fills in.
 *
 * @param kind which file
 */
public record GuestEtcFile(Kind kind) implements Document {

    /** The guest user's name: never the host user's. */
    public static final String USER = "user";

    public static final String HOME = "/home/user";
    public static final String HOST_NAME = "nofear";

    /** The files, by their names in /etc. */
    public enum Kind {
        PASSWD,
        GROUP,
        HOSTS,
        HOSTNAME,
        NSSWITCH_CONF,
        FSTAB,
        SHELLS,
        PROFILE
    }

    /** All of them. */
    public static List<GuestEtcFile> all() {
        return Arrays.stream(Kind.values()).map(GuestEtcFile::new).toList();
    }

    /** The file's name in /etc, and in PREFIX/lib/nofear/guest-etc. */
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    public String user() {
        return USER;
    }

    public String home() {
        return HOME;
    }

    public String hostName() {
        return HOST_NAME;
    }

    @Override
    public String template() {
        return "guest-etc/" + name() + ".ftl";
    }
}
