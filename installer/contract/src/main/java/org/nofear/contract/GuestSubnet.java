package org.nofear.contract;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The network of all guests, of which each VM has four addresses: the network's, the host's, the guest's, and broadcast. VMs in
 * the lower half reach what the host reaches, those in the upper half the Internet alone. The C programs count in the same way
 * (slot.h); slots.tsv, beside the tests, holds both to it.
 *
 * @param network with a prefix of {@value LARGEST} to {@value SMALLEST} bits
 */
public record GuestSubnet(Ipv4Network network) {

    /** Where nothing else is said or recorded. */
    public static final GuestSubnet DEFAULT = parse("10.177.33.0/24").orElseThrow();

    static final int LARGEST = 8;
    static final int SMALLEST = 29;
    private static final int SLOT_BITS = 30;
    private static final int SLOT_SIZE = 1 << (Integer.SIZE - SLOT_BITS);

    /** So many VMs of each half. */
    private static final int MOST = 32;

    public GuestSubnet {
        if (!fits(network)) {
            throw new IllegalArgumentException(network + " has no room for two halves of networks of four addresses");
        }
    }

    /** Of {@code 10.177.33.0/24}; empty when it is no network, an address in one, or too large or small. */
    public static Optional<GuestSubnet> parse(String text) {
        return Ipv4Network.parse(text)
                .filter(network -> network.toString().equals(text))
                .flatMap(GuestSubnet::of);
    }

    /** Empty when it is too large or too small. */
    public static Optional<GuestSubnet> of(Ipv4Network network) {
        return fits(network) ? Optional.of(new GuestSubnet(network)) : Optional.empty();
    }

    private static boolean fits(Ipv4Network network) {
        return network.prefix() >= LARGEST && network.prefix() <= SMALLEST;
    }

    /** All that VMs may have: the first of each half. */
    public List<GuestSlot> slots() {
        int most = Math.min(MOST, half());
        return IntStream.concat(IntStream.range(0, most), IntStream.range(half(), half() + most))
                .mapToObj(this::slot)
                .toList();
    }

    /** The upper half. */
    public Ipv4Network internetOnly() {
        return new Ipv4Network(network.address() + SLOT_SIZE * half(), network.prefix() + 1);
    }

    private GuestSlot slot(int number) {
        int base = network.address() + SLOT_SIZE * number;
        return new GuestSlot(GuestLink.TAP_PREFIX + number, Ipv4Network.dotted(base + 1), Ipv4Network.dotted(base + 2));
    }

    /** The number of the upper half's first slot. */
    private int half() {
        return 1 << (SLOT_BITS - network.prefix() - 1);
    }

    @Override
    public String toString() {
        return network.toString();
    }
}
