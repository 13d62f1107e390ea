package org.nofear.templates;

import java.util.List;

/**
 * NoFear's own nftables table: guests get out, and nothing of the host, of other guests and of the host's containers is open
 * to them. Loads in one transaction, also over an older one of itself; every chain's policy is to accept, so that nothing but
 * the guests' traffic is touched. A guest is known by its interface.
 *
 * @param subnet of all guests
 * @param taps what the interfaces are called
 */
public record NftTable(Cidr subnet, InterfacePrefix taps) implements Document {

    public static final String FAMILY = "inet";
    public static final String NAME = "nofear";

    public NftTable {
        if (!subnet.isNetwork()) {
            throw new IllegalArgumentException(subnet + " is an address, not a network");
        }
    }

    /** Every interface that a VM may have. */
    public List<Tap> slots() {
        return Tap.slots(taps, subnet);
    }

    /** The part of the subnet that reaches the Internet alone. */
    public Cidr internetOnly() {
        return Tap.internetOnly(subnet);
    }

    /** What is not the Internet. */
    public List<String> local() {
        return LocalNetworks.ADDRESSES;
    }

    /** What the interfaces of the host's containers and VMs begin with. */
    public List<String> bridges() {
        return LocalNetworks.BRIDGES;
    }

    @Override
    public String template() {
        return "nofear.nft.ftl";
    }
}
