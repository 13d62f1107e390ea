package org.nofear.templates;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A network interface for one VM, and the host's address on it. The subnet has two halves: VMs in the lower one reach what the
 * host reaches, those in the upper one the Internet alone. The program {@code nofear} counts slots in the same way.
 *
 * @param name of the interface
 * @param address the host's, {@code 10.177.33.1/30}; the guest has the next one
 */
public record Tap(String name, Cidr address) {

    /** Each VM has a network of four addresses: its own, the host's, the guest's, and broadcast. */
    private static final int SLOT_BITS = 30;

    private static final int SLOT_SIZE = 4;

    /** So many VMs of each half. */
    public static final int MOST = 32;

    /** All interfaces that a VM may have. */
    public static List<Tap> slots(InterfacePrefix prefix, Cidr subnet) {
        return pool(prefix, subnet, MOST, MOST);
    }

    /**
     * A pool: the first slots of each half.
     *
     * @param taps in the lower half, fewer where it has no room
     * @param internetOnly in the upper half
     * @throws IllegalArgumentException when the subnet has no two halves
     */
    public static List<Tap> pool(InterfacePrefix prefix, Cidr subnet, int taps, int internetOnly) {
        if (!subnet.isNetwork() || subnet.bits() >= SLOT_BITS || taps < 0 || internetOnly < 0) {
            throw new IllegalArgumentException(subnet + " has no room for networks of four addresses: take a /24");
        }
        int half = subnet.count(SLOT_BITS) / 2;
        return IntStream.concat(
                        IntStream.range(0, Math.min(taps, half)),
                        IntStream.range(half, half + Math.min(internetOnly, half)))
                .mapToObj(n -> new Tap(prefix + Integer.toString(n), subnet.at(SLOT_SIZE * n + 1, SLOT_BITS)))
                .toList();
    }

    /** The upper half of a subnet. */
    static Cidr internetOnly(Cidr subnet) {
        return subnet.at(SLOT_SIZE * (subnet.count(SLOT_BITS) / 2), subnet.bits() + 1);
    }

    /** The guest's address. */
    public String guest() {
        return address.at(1, SLOT_BITS).host();
    }
}
