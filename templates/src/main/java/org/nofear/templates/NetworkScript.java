package org.nofear.templates;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.GuestLink;
import org.nofear.contract.GuestSlot;
import org.nofear.contract.GuestSubnet;
import org.nofear.contract.Ipv4Network;

/**
 * The script that sets up NoFear's part of the host's network at boot, whatever the init system: {@code nofear-net
 * start|stop|reload|status}. It loads the firewall's rules, looks after the interfaces of VMs that run, and lets the guests'
 * packets through where somebody else's rules would drop them.
 *
 * @param ip the tool ip(8)
 * @param nft the tool nft(8); without it the rules are iptables'
 * @param iptables every iptables(8) of the host: iptables, iptables-legacy
 * @param ip6tables likewise for IPv6
 * @param rules the file with the nftables table
 * @param subnet of all guests
 * @param othersForwarded see {@link NftTable}
 */
public record NetworkScript(
        Path ip,
        Optional<Path> nft,
        List<Path> iptables,
        List<Path> ip6tables,
        Path rules,
        GuestSubnet subnet,
        boolean othersForwarded)
        implements Document {

    public NetworkScript {
        iptables = List.copyOf(iptables);
        ip6tables = List.copyOf(ip6tables);
    }

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

    /** The guest's address on the link. */
    public String guestMac() {
        return GuestLink.GUEST_MAC;
    }

    /** The address that the guest sends to. */
    public String gatewayMac() {
        return GuestLink.GATEWAY_MAC;
    }

    /** Chains of iptables' table filter, where there is no nft. */
    public List<String> chains() {
        return List.of(
                "NOFEAR-SPOOFED",
                "NOFEAR-PING",
                "NOFEAR-INPUT",
                "NOFEAR-OUTPUT",
                "NOFEAR-METADATA",
                "NOFEAR-LOCAL",
                "NOFEAR-UPLINK",
                "NOFEAR-OTHERS",
                "NOFEAR-FORWARD");
    }

    /** What nft's listing of our table has, in every version: where each chain begins, and what it decides last. */
    public List<String> parts() {
        return NftTable.PARTS;
    }

    /** Whether nftables does the work, and iptables' rules are only looked after. */
    public boolean hasNft() {
        return nft.isPresent();
    }

    /** The tool nft; empty without it. */
    public String nftTool() {
        return nft.map(Path::toString).orElse("");
    }

    /** What the interfaces of guests begin with. */
    public String taps() {
        return GuestLink.TAP_PREFIX;
    }

    @Override
    public String template() {
        return "nofear-net.sh.ftl";
    }
}
