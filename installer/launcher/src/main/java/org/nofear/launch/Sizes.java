package org.nofear.launch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 512M}, {@code 2G}, {@code 1T}; a bare number is in MiB. */
final class Sizes {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})([KMGT]?)i?B?", Pattern.CASE_INSENSITIVE);
    private static final int STEP = 10;

    private Sizes() {}

    /**
     * The size in whole mebibytes.
     *
     * @param option what the size is for, named in the error
     * @param least the smallest that is of use, in MiB
     * @throws LaunchError when it is no size, or too small, or too large
     */
    static int mebibytes(String option, String text, int least) {
        long mebibytes = bytes(option, text) >> (2 * STEP);
        if (mebibytes < least || mebibytes > Integer.MAX_VALUE) {
            throw LaunchError.failed(option + ": " + text + " is too " + (mebibytes < least ? "little" : "much")
                    + ": at least " + least + "M");
        }
        return (int) mebibytes;
    }

    /**
     * The size in bytes.
     *
     * @param option what the size is for, named in the error
     * @throws LaunchError when it is no size
     */
    static long bytes(String option, String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw LaunchError.failed(option + ": \"" + text + "\" is no size: write 512M or 2G");
        }
        int unit = matcher.group(2).isEmpty()
                ? 2
                : "KMGT".indexOf(Character.toUpperCase(matcher.group(2).charAt(0))) + 1;
        long number = Long.parseLong(matcher.group(1));
        if (number == 0 || number > Long.MAX_VALUE >> (STEP * unit)) {
            throw LaunchError.failed(option + ": \"" + text + "\" is no size that anything could have");
        }
        return number << (STEP * unit);
    }
}
