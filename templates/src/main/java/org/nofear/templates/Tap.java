package org.nofear.templates;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A network interface for one VM, and the host's address on it. The subnet has two halves: VMs in the lower one reach what the
 * host reaches, those in the upper one the Internet alone. The program {@code nofear-tap} counts slots in the same way.
 *
 * @param name of the interface
 * @param address the host's, {@code 10.177.33.1/30}; the guest has the next one
 */
public record Tap(String name, Cidr address) {

    /** Each VM has a network of four addresses: its own, the host's, the guest's, and broadcast. */
    private static final int SLOT_BITS = 30;

    private static final int SLOT_SIZE = 4;

    /** So many VMs of each half. */
    private static final int MOST = 32;

    /** Of every guest's interface. */
    static final String GUEST_MAC = "02:15:15:15:15:15";

    /** What every guest sends to. There is no ARP on the link. */
    static final String GATEWAY_MAC = "02:15:15:15:15:01";

    /**
     * All interfaces that a VM may have: the first of each half.
     *
     * @throws IllegalArgumentException when the subnet has no two halves
     */
    public static List<Tap> slots(InterfacePrefix prefix, Cidr subnet) {
        if (!subnet.isNetwork() || subnet.bits() >= SLOT_BITS) {
            throw new IllegalArgumentException(subnet + " has no room for networks of four addresses: take a /24");
        }
        int half = subnet.count(SLOT_BITS) / 2;
        int most = Math.min(MOST, half);
        return IntStream.concat(IntStream.range(0, most), IntStream.range(half, half + most))
                .mapToObj(n -> new Tap(prefix + Integer.toString(n), subnet.at(SLOT_SIZE * n + 1, SLOT_BITS)))
                .toList();
    }

    /** The upper half of a subnet. */
    static Cidr internetOnly(Cidr subnet) {
        return subnet.at(SLOT_SIZE * (subnet.count(SLOT_BITS) / 2), subnet.bits() + 1);
    }

    /** The host's address. */
    public String host() {
        return address.host();
    }

    /** The guest's address. */
    public String guest() {
        return address.at(1, SLOT_BITS).host();
    }
}
