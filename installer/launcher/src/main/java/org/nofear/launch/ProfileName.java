package org.nofear.launch;

import java.util.regex.Pattern;

/**
 * The name of a profile: a letter or a digit, then up to 63 letters, digits, dots, underscores and hyphens.
 *
 * @param value as it is given on the command line and on the disk
 */
public record ProfileName(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final int SHOWN = 40;

    /**
     * Checks a name.
     *
     * @throws LaunchError when it is no name
     */
    public ProfileName {
        if (!isName(value)) {
            throw new LaunchError(
                    LaunchError.FAILED,
                    "bad profile name \"" + printable(value)
                            + "\": take up to 64 letters, digits, \".\", \"_\" or \"-\", a letter or digit first");
        }
    }

    static boolean isName(String text) {
        return FORM.matcher(text).matches();
    }

    private static String printable(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", "?");
        return oneLine.length() > SHOWN ? oneLine.substring(0, SHOWN) + "..." : oneLine;
    }

    @Override
    public String toString() {
        return value;
    }
}
