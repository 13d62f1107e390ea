package org.nofear.xpra;

import java.util.Optional;

/**
 * What a user asked of a graphical session.
 *
 * @param sound the guest may be heard
 * @param microphone the guest may listen
 * @param clipboard shared with the host
 * @param border around the guest's windows, {@code COLOUR,PIXELS}
 * @param title of its windows, with Xpra's {@code @title@} for the program's own
 */
public record XpraSession(
        boolean sound, boolean microphone, boolean clipboard, Optional<String> border, Optional<String> title) {

    /** The value that a cell of the table stands for; empty: the option is left out. */
    Optional<String> value(String cell) {
        return switch (cell) {
            case "{sound}" -> Optional.of(sound ? "on" : "disabled");
            case "{microphone}" -> Optional.of(microphone ? "on" : "disabled");
            case "{audio}" -> Optional.of(sound || microphone ? "yes" : "no");
            case "{clipboard}" -> Optional.of(clipboard ? "yes" : "no");
            case "{border}" -> border;
            case "{title}" -> title;
            default -> Optional.of(cell);
        };
    }
}
