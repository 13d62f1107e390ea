package org.nofear.image;

/**
 * Text that a guest, a VMM or anybody else wrote, made fit for a terminal: nothing of it moves the cursor, changes the terminal's
 * state or the order in which text is shown. printable.c is its twin in the launcher, and says what is shown how.
 */
public final class Printable {

    private static final int[][] HIDDEN = {
        {0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c}, {0x180e, 0x180e},
        {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff},
        {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}
    };

    private Printable() {}

    /** One line. */
    public static String of(String text) {
        return shown(text, "");
    }

    /** Text of many lines; their ends and tabs stay. */
    public static String lines(String text) {
        return shown(text, "\n\t");
    }

    /** Whether a character can be shown as it is. */
    public static boolean shows(int character) {
        for (int[] range : HIDDEN) {
            if (character >= range[0] && character <= range[1]) {
                return false;
            }
        }
        return (character & 0xfffe) != 0xfffe;
    }

    private static String shown(String text, String kept) {
        if (text.codePoints().allMatch(Printable::shows)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (shows(character) || kept.indexOf(character) >= 0) {
                shown.appendCodePoint(character);
            } else {
                String form = character < 0x80 ? "\\x%02x" : character < 0x10000 ? "\\u%04x" : "\\U%08x";
                shown.append(String.format(java.util.Locale.ROOT, form, character));
            }
        });
        return shown.toString();
    }
}
