package org.nofear.xpra;

import java.util.Map;

/** Which configuration an Xpra reads: NoFear's own, neither the system's nor the user's, which could open what is to be closed. */
public final class XpraEnvironment {

    /**
     * The X server in the guest, started without Xpra's help: its default is guessed from the distribution, and Xorg's wrapper
     * refuses all but console users. Xpra makes the screen as large as the client's.
     */
    public static final String XVFB =
            "Xvfb +extension GLX +extension Composite +extension RANDR -screen 0 5760x2560x24+32 -nolisten tcp -noreset";

    private XpraEnvironment() {}

    /**
     * The variables of all versions: 0.15 and older, 0.16 and newer, 2.4 and newer. A version ignores those of the others.
     *
     * @param directory where NoFear's xpra.conf is: one directory, despite the variable's plural
     * @param empty a directory without configuration, in the place of /etc/xpra
     */
    public static Map<String, String> variables(String directory, String empty) {
        return Map.of(
                "XPRA_USER_CONF_DIR", directory,
                "XPRA_USER_CONF_DIRS", directory,
                "XPRA_SYSCONF_DIR", empty,
                "XPRA_SYSCONF_DIRS", empty,
                "XPRA_SYSTEM_CONF_DIRS", empty);
    }
}
