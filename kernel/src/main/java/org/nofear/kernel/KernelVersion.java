package org.nofear.kernel;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Linux, as far as it tells what options there are.
 *
 * @param major 0 or more
 * @param minor 0 or more
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {

    private static final Pattern START = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /**
     * Reads the start of {@code 6.1}, {@code 6.12.117} or {@code 7.0-rc1}.
     *
     * @throws IllegalArgumentException when it is no version
     */
    static KernelVersion parse(String text) {
        Matcher matcher = START.matcher(text);
        if (!matcher.lookingAt()) {
            throw new IllegalArgumentException("no version of Linux: " + text);
        }
        return new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.compare(this, other);
    }
}
