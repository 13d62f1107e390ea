package org.nofear.templates;

/**
 * NoFear's own nftables table: guests get out, and nothing of the host, of other guests and of the host's containers is open
 * to them. Loads in one transaction, also over an older one of itself; every chain's policy is to accept, so that nothing but
 * the guests' traffic is touched.
 *
 * @param subnet of all guests
 * @param taps what the interfaces are called
 * @param match how a packet from a guest is known
 */
public record NftTable(Cidr subnet, InterfacePrefix taps, Match match) implements Document {

    public static final String FAMILY = "inet";
    public static final String NAME = "nofear";

    public NftTable {
        if (!subnet.isNetwork()) {
            throw new IllegalArgumentException(subnet + " is an address, not a network");
        }
    }

    /** How a packet from a guest is known. */
    public enum Match {
        /** By its interface: a tap of the pool. What has not an address of the subnet is spoofed. */
        INTERFACE,
        /** By its address: lkvm that makes its tap itself calls it tapN, as others do. */
        ADDRESS
    }

    /** Whether guests are known by their interface. */
    public boolean byInterface() {
        return match == Match.INTERFACE;
    }

    @Override
    public String template() {
        return "nofear.nft.ftl";
    }
}
