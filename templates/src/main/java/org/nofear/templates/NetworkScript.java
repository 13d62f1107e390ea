package org.nofear.templates;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The script that sets up NoFear's part of the host's network at boot, whatever the init system: {@code nofear-net
 * start|stop|reload|status}. It makes the taps, loads the firewall's rules, and lets the guests' packets through where
 * somebody else's rules would drop them.
 *
 * @param ip the tool ip(8)
 * @param nft the tool nft(8); without it the rules are iptables'
 * @param iptables every iptables(8) of the host: iptables, iptables-legacy
 * @param rules the file with the nftables table
 * @param subnet of all guests
 * @param taps the pool; empty when the VMM makes its own
 * @param prefix what the taps' names begin with
 * @param group whose members may use the taps
 */
public record NetworkScript(
        Path ip,
        Optional<Path> nft,
        List<Path> iptables,
        Path rules,
        Cidr subnet,
        List<Tap> taps,
        InterfacePrefix prefix,
        GroupName group)
        implements Document {

    public NetworkScript {
        iptables = List.copyOf(iptables);
        taps = List.copyOf(taps);
    }

    /** Every interface that a VM may have, also where the VMM makes its own. */
    public List<Tap> slots() {
        return Tap.slots(prefix, subnet);
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

    /** Whether nftables does the work, and iptables' rules are only looked after. */
    public boolean hasNft() {
        return nft.isPresent();
    }

    /** The tool nft; empty without it. */
    public String nftTool() {
        return nft.map(Path::toString).orElse("");
    }

    @Override
    public String template() {
        return "nofear-net.sh.ftl";
    }
}
