package org.nofear.facts;

import java.util.Optional;
import org.nofear.contract.Ipv4Network;
import org.nofear.host.Host;

/**
 * The host's IPv4 network.
 *
 * @param forwarding {@code net.ipv4.ip_forward}; empty where the kernel is not to be asked
 * @param tun {@code /dev/net/tun}
 * @param routes the main table
 * @param resolver the name servers
 */
public record NetworkFacts(Optional<Boolean> forwarding, DeviceNode tun, RouteTable routes, ResolverFacts resolver) {

    static NetworkFacts detect(Host host) {
        return new NetworkFacts(
                host.read("/proc/sys/net/ipv4/ip_forward")
                        .map(value -> value.strip().equals("1")),
                DeviceNode.at(host, "/dev/net/tun"),
                RouteTable.parse(host.read("/proc/net/route").orElse("")),
                ResolverFacts.detect(host));
    }

    /** A /24 for the guests that nothing on this host uses; empty when all pools are taken. */
    public Optional<Ipv4Network> freePool() {
        return routes.freePool(resolver.servers());
    }
}
