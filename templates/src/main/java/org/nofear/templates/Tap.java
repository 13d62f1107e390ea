package org.nofear.templates;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A network interface for one VM, and the host's address on it.
 *
 * @param name of the interface
 * @param address the host's, {@code 10.177.33.1/30}; the guest has the next one
 */
public record Tap(String name, Cidr address) {

    /** Each VM has a network of four addresses: its own, the host's, the guest's, and broadcast. */
    private static final int SLOT_BITS = 30;

    private static final int SLOT_SIZE = 4;

    /**
     * The pool: the N-th tap has the N-th slot of the subnet, as the program {@code nofear} counts them.
     *
     * @throws IllegalArgumentException when the subnet has not so many slots
     */
    public static List<Tap> pool(InterfacePrefix prefix, Cidr subnet, int taps) {
        if (!subnet.isNetwork() || subnet.bits() > SLOT_BITS || taps < 0 || taps > subnet.count(SLOT_BITS)) {
            throw new IllegalArgumentException(subnet + " has no room for " + taps + " networks of four addresses");
        }
        return IntStream.range(0, taps)
                .mapToObj(n -> new Tap(prefix + Integer.toString(n), subnet.at(SLOT_SIZE * n + 1, SLOT_BITS)))
                .toList();
    }
}
