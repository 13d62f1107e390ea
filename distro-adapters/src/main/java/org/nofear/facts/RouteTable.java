package org.nofear.facts;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.nofear.contract.Ipv4Network;

/**
 * The IPv4 routes of the main table, from {@code /proc/net/route}.
 *
 * @param routes in the kernel's order
 */
public record RouteTable(List<Route> routes) {

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]{8}");
    private static final int MASK_FIELD = 7;

    /** The interface of blackhole and unreachable routes. */
    private static final String NOWHERE = "*";

    /**
     * Pools for the guests, none of them among the nets that Docker, libvirt, podman, LXC, NetworkManager, VirtualBox, Vagrant,
     * Waydroid or Tailscale take for themselves.
     */
    private static final List<String> POOLS = List.of(
            "10.177.33.0/24",
            "10.178.33.0/24",
            "10.213.77.0/24",
            "172.30.177.0/24",
            "192.168.213.0/24",
            "10.94.171.0/24",
            "198.18.33.0/24");

    /**
     * A route.
     *
     * @param device the interface's name
     * @param destination 0.0.0.0/0 for the default route
     */
    public record Route(String device, Ipv4Network destination) {}

    public RouteTable {
        routes = List.copyOf(routes);
    }

    /** Lines that are no routes, the heading among them, are skipped. Numbers are in the machine's byte order: little-endian. */
    static RouteTable parse(String text) {
        List<Route> routes = new ArrayList<>();
        text.lines().forEach(line -> parseLine(line).ifPresent(routes::add));
        return new RouteTable(routes);
    }

    private static Optional<Route> parseLine(String line) {
        List<String> fields = BLANKS.splitAsStream(line).toList();
        if (fields.size() <= MASK_FIELD
                || !HEX.matcher(fields.get(1)).matches()
                || !HEX.matcher(fields.get(MASK_FIELD)).matches()) {
            return Optional.empty();
        }
        int address = Integer.reverseBytes(HexFormat.fromHexDigits(fields.get(1)));
        OptionalInt prefix =
                Ipv4Network.prefixOf(Integer.reverseBytes(HexFormat.fromHexDigits(fields.get(MASK_FIELD))));
        return prefix.isPresent()
                ? Optional.of(new Route(fields.get(0), new Ipv4Network(address, prefix.getAsInt())))
                : Optional.empty();
    }

    /** Whether some route but the default one covers a part of a network. */
    public boolean uses(Ipv4Network network) {
        return routes.stream()
                .anyMatch(route ->
                        route.destination().prefix() > 0 && route.destination().overlaps(network));
    }

    /** The interfaces of the default routes: where guests' traffic leaves. */
    public List<String> uplinks() {
        return routes.stream()
                .filter(route -> route.destination().prefix() == 0)
                .map(Route::device)
                .filter(device -> !device.equals(NOWHERE))
                .distinct()
                .toList();
    }

    /**
     * A /24 for the guests that no route and no name server uses; empty when all known pools are taken (a VPN may claim all private
     * addresses).
     */
    public Optional<Ipv4Network> freePool(List<String> nameServers) {
        List<Ipv4Network> servers = nameServers.stream()
                .flatMap(server -> Ipv4Network.parse(server).stream())
                .toList();
        return POOLS.stream()
                .flatMap(pool -> Ipv4Network.parse(pool).stream())
                .filter(pool -> !uses(pool) && servers.stream().noneMatch(pool::overlaps))
                .findFirst();
    }
}
