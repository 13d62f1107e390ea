package org.nofear.templates;

import java.util.List;

/**
 * NoFear's own nftables table: guests get out, and nothing of the host, of other guests and of the host's containers is open
 * to them. Loads in one transaction, also over an older one of itself; every chain's policy is to accept, so that nothing is
 * touched but the guests' traffic, and what only NoFear's forwarding would let through. A guest is known by its interface.
 *
 * @param subnet of all guests
 * @param taps what the interfaces are called
 * @param othersForwarded whether the host is a router for others too, as it was before NoFear made it forward
 */
public record NftTable(Cidr subnet, InterfacePrefix taps, boolean othersForwarded) implements Document {

    public static final String FAMILY = "inet";
    public static final String NAME = "nofear";

    /** What every version of nft lists of the table, as long as nobody has flushed it or a part of it. */
    static final List<String> PARTS = List.of(
            "set uplinks {",
            "@taps drop",
            "jump from_guest",
            "@gateways",
            "jump guest_out",
            "!= @uplinks",
            "jump guest_in",
            "masquerade");

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

    /** Where clouds tell a machine its secrets. */
    public List<String> metadata() {
        return LocalNetworks.METADATA;
    }

    /** The one of them that answers names. */
    public String nameServer() {
        return LocalNetworks.AZURE;
    }

    @Override
    public String template() {
        return "nofear.nft.ftl";
    }
}
