package org.nofear.xpra;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of Xpra.
 *
 * @param major 0 to 6 so far
 * @param minor the second number; 0 where there is none
 * @param patch the third; 0 where there is none
 */
public record XpraVersion(int major, int minor, int patch) implements Comparable<XpraVersion> {

    /**
     * {@code xpra v3.1.3}, {@code xpra v4.4.6-r0}, {@code v6.2.1-r0 (g0123abc)}, {@code xpra v6.5 beta (light build)}; warnings of
     * Python before it.
     */
    private static final Pattern LINE =
            Pattern.compile("(?m)^[ \\t]{0,8}(?:xpra )?v(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?(?:[^\\d].*)?$");

    private static final Comparator<XpraVersion> ORDER = Comparator.comparingInt(XpraVersion::major)
            .thenComparingInt(XpraVersion::minor)
            .thenComparingInt(XpraVersion::patch);

    /** The first line of an output of {@code xpra --version} that names a version; empty where none does. */
    public static Optional<XpraVersion> parse(String output) {
        Matcher line = LINE.matcher(output.replace("\r", ""));
        return line.find()
                ? Optional.of(new XpraVersion(number(line, 1), number(line, 2), number(line, 3)))
                : Optional.empty();
    }

    private static int number(Matcher line, int group) {
        String digits = line.group(group);
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    public static XpraVersion of(int major, int minor) {
        return new XpraVersion(major, minor, 0);
    }

    /** Whether this is that release series or a newer one; the patch level is not looked at. */
    public boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(of(otherMajor, otherMinor)) >= 0;
    }

    /** How far NoFear goes with a version. */
    public enum Support {
        /** Its URLs, options or sockets are not what NoFear needs. */
        REFUSED,
        /** It may work; none of the supported distributions has it. */
        OLD,
        SUPPORTED
    }

    public Support support() {
        if (!atLeast(2, 2)) {
            return Support.REFUSED;
        }
        return compareTo(XpraOption.OLDEST) >= 0 ? Support.SUPPORTED : Support.OLD;
    }

    @Override
    public int compareTo(XpraVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
