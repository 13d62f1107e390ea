package org.nofear.templates;

import java.util.List;
import org.nofear.contract.GuestLink;
import org.nofear.contract.GuestSlot;
import org.nofear.contract.GuestSubnet;
import org.nofear.contract.Ipv4Network;

/**
 * NoFear's own nftables table: guests get out, and nothing of the host, of other guests and of the host's containers is open
 * to them. Loads in one transaction, also over an older one of itself; every chain's policy is to accept, so that nothing is
 * touched but the guests' traffic, and what only NoFear's forwarding would let through. A guest is known by its interface.
 *
 * @param subnet of all guests
 * @param othersForwarded whether the host is a router for others too, as it was before NoFear made it forward
 */
public record NftTable(GuestSubnet subnet, boolean othersForwarded) implements Document {

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

    /** Every interface that a VM may have. */
    public List<GuestSlot> slots() {
        return subnet.slots();
    }

    /** The part of the subnet that reaches the Internet alone. */
    public Ipv4Network internetOnly() {
        return subnet.internetOnly();
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

    /** What the interfaces of guests begin with. */
    public String taps() {
        return GuestLink.TAP_PREFIX;
    }

    @Override
    public String template() {
        return "nofear.nft.ftl";
    }
}
