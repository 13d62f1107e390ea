package org.nofear.templates;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 network, or an address in one, such as {@code 10.177.33.0/24}.
 *
 * @param address 32 bits
 * @param bits of the prefix, 8 to 32
 */
public record Cidr(int address, int bits) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");
    private static final int WIDTH = 32;
    private static final int SMALLEST_PREFIX = 8;
    private static final int BYTE = 8;
    private static final int LARGEST_BYTE = 255;

    public Cidr {
        if (bits < SMALLEST_PREFIX || bits > WIDTH) {
            throw new IllegalArgumentException("a prefix has " + SMALLEST_PREFIX + " to 32 bits, not " + bits);
        }
    }

    /**
     * Reads {@code A.B.C.D/BITS}.
     *
     * @throws IllegalArgumentException when it is no such thing
     */
    public static Cidr of(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is no IPv4 network like 10.177.33.0/24");
        }
        int address = 0;
        for (int i = 1; i <= WIDTH / BYTE; i++) {
            int part = Integer.parseInt(matcher.group(i));
            if (part > LARGEST_BYTE) {
                throw new IllegalArgumentException("\"" + text + "\": " + part + " is larger than 255");
            }
            address = address << BYTE | part;
        }
        return new Cidr(address, Integer.parseInt(matcher.group(WIDTH / BYTE + 1)));
    }

    /** Whether the address is the network's own: no bit is set behind the prefix. */
    public boolean isNetwork() {
        return bits == WIDTH || (address << bits) == 0;
    }

    /** How many subnets of a longer prefix are in this network. */
    public int count(int longer) {
        return 1 << (longer - bits);
    }

    /** The address that lies this far from this one, in a network of another size. */
    public Cidr at(int offset, int prefix) {
        return new Cidr(address + offset, prefix);
    }

    /** Without the prefix. */
    public String host() {
        return String.format(
                Locale.ROOT,
                "%d.%d.%d.%d",
                address >>> 24,
                address >>> 16 & LARGEST_BYTE,
                address >>> BYTE & LARGEST_BYTE,
                address & LARGEST_BYTE);
    }

    @Override
    public String toString() {
        return host() + "/" + bits;
    }
}
