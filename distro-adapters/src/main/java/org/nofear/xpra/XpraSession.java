package org.nofear.xpra;

import java.util.Optional;

/**
 * What a user asked of a graphical session.
 *
 * @param sound the guest may be heard
 * @param microphone the guest may listen
 * @param clipboard which way it goes
 * @param border around the guest's windows, {@code COLOUR,PIXELS}
 * @param title of its windows, with Xpra's {@code @title@} for the program's own
 */
public record XpraSession(
        boolean sound, boolean microphone, Clipboard clipboard, Optional<String> border, Optional<String> title) {

    /** Which way the clipboard goes. */
    public enum Clipboard {
        NONE,
        /** From the host to the guest. */
        IN,
        BOTH
    }

    /** The value that a cell of the table stands for; empty: the option is left out. */
    Optional<String> value(String cell) {
        return switch (cell) {
            case "{sound}" -> Optional.of(sound ? "on" : "disabled");
            case "{microphone}" -> Optional.of(microphone ? "on" : "disabled");
            case "{audio}" -> Optional.of(sound || microphone ? "yes" : "no");
            case "{clipboard}" -> Optional.of(clipboard == Clipboard.NONE ? "no" : "yes");
            case "{direction}" -> Optional.of(clipboard == Clipboard.BOTH ? "both" : "to-server");
            case "{border}" -> border;
            case "{title}" -> title;
            default -> Optional.of(cell);
        };
    }
}
