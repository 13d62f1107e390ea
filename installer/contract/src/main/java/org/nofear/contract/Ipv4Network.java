package org.nofear.contract;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses.
 *
 * @param address the first one, as a number; the bits below the prefix are 0
 * @param prefix the length of the common part, 0 to 32
 */
public record Ipv4Network(int address, int prefix) {

    private static final Pattern DOTTED =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final int BITS = 32;

    public Ipv4Network {
        if (prefix < 0 || prefix > BITS) {
            throw new IllegalArgumentException("a prefix is 0 to 32: " + prefix);
        }
        address &= mask(prefix);
    }

    /** {@code 10.177.33.0/24}; without a prefix a single address; empty when the text is neither. */
    public static Optional<Ipv4Network> parse(String text) {
        Matcher dotted = DOTTED.matcher(text);
        if (!dotted.matches()) {
            return Optional.empty();
        }
        int address = 0;
        for (int group = 1; group <= 4; group++) {
            int part = Integer.parseInt(dotted.group(group));
            if (part > 255) {
                return Optional.empty();
            }
            address = (address << 8) | part;
        }
        int prefix = dotted.group(5) == null ? BITS : Integer.parseInt(dotted.group(5));
        return prefix > BITS ? Optional.empty() : Optional.of(new Ipv4Network(address, prefix));
    }

    /** Of a mask as a number the length; empty when its ones are not together. */
    public static OptionalInt prefixOf(int mask) {
        int length = Integer.bitCount(mask);
        return mask == mask(length) ? OptionalInt.of(length) : OptionalInt.empty();
    }

    public boolean overlaps(Ipv4Network other) {
        int common = mask(Math.min(prefix, other.prefix));
        return (address & common) == (other.address & common);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    @Override
    public String toString() {
        return dotted(address) + "/" + prefix;
    }

    /** {@code 10.177.33.1} of an address as a number. */
    static String dotted(int address) {
        return (address >>> 24) + "." + octet(address, 16) + "." + octet(address, 8) + "." + octet(address, 0);
    }

    private static int octet(int address, int shift) {
        return (address >>> shift) & 255;
    }
}
