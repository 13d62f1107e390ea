package org.nofear.templates;

import java.util.Arrays;
import java.util.List;

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

    private static final String PAM = "pam.d/";

    /** The files. */
    public enum Kind {
        PASSWD("passwd"),
        GROUP("group"),
        HOSTS("hosts"),
        HOSTNAME("hostname"),
        NSSWITCH_CONF("nsswitch.conf"),
        FSTAB("fstab"),
        SHELLS("shells"),
        PROFILE("profile"),
        SUDOERS("sudoers"),
        /** For every program that has no rules of its own here. */
        PAM_OTHER("pam.d/other"),
        // By name as well: a distribution's own rules for them may lie in /usr/lib/pam.d, and want the host's /etc.
        PAM_SU("pam.d/su"),
        PAM_SU_LOGIN("pam.d/su-l"),
        PAM_RUNUSER("pam.d/runuser"),
        PAM_RUNUSER_LOGIN("pam.d/runuser-l"),
        PAM_SUDO("pam.d/sudo"),
        PAM_SUDO_LOGIN("pam.d/sudo-i");

        private final String path;

        Kind(String path) {
            this.path = path;
        }
    }

    /** All of them. */
    public static List<GuestEtcFile> all() {
        return Arrays.stream(Kind.values()).map(GuestEtcFile::new).toList();
    }

    /** The file's path below /etc, and below PREFIX/lib/nofear/guest-etc. */
    public String name() {
        return kind.path;
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
        return "guest-etc/" + (name().startsWith(PAM) ? "pam" : name()) + ".ftl";
    }
}
