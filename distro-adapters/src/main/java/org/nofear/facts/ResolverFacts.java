package org.nofear.facts;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.contract.Ipv4Network;
import org.nofear.host.Host;

/**
 * The name servers of a host as a guest could reach them: stubs on the loopback are seen through.
 *
 * @param servers addresses of IPv4 and IPv6, without a zone, in order; empty where none is known
 * @param source the file that they are from; empty with no servers
 * @param search the search domains
 * @param stub the loopback server that programs of the host ask, if they do
 */
public record ResolverFacts(List<String> servers, String source, List<String> search, Optional<String> stub) {

    private static final List<String> SOURCES = List.of(
            "/etc/resolv.conf",
            "/run/systemd/resolve/resolv.conf",
            "/run/NetworkManager/no-stub-resolv.conf",
            "/run/NetworkManager/resolv.conf",
            "/run/resolvconf/resolv.conf",
            "/run/dnsmasq/resolv.conf",
            "/run/connman/resolv.conf");

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}");

    public ResolverFacts {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    static ResolverFacts detect(Host host) {
        String main = host.read(SOURCES.get(0)).orElse("");
        Optional<String> stub =
                nameServers(main).stream().filter(ResolverFacts::loopback).findFirst();
        return SOURCES.stream()
                .map(source -> new ResolverFacts(
                        host.read(source).map(ResolverFacts::nameServers).orElse(List.of()).stream()
                                .filter(server -> !loopback(server))
                                .toList(),
                        source,
                        searchDomains(main),
                        stub))
                .filter(facts -> !facts.servers().isEmpty())
                .findFirst()
                .orElseGet(() -> new ResolverFacts(List.of(), "", searchDomains(main), stub));
    }

    /** The addresses of a resolv.conf(5), zones ({@code %eth0}) cut off, link-local ones left out: a guest has another link. */
    static List<String> nameServers(String text) {
        return words(text, "nameserver")
                .map(word -> word.indexOf('%') < 0 ? word : word.substring(0, word.indexOf('%')))
                .filter(ResolverFacts::address)
                .filter(word -> !word.toLowerCase(Locale.ROOT).startsWith("fe80:"))
                .distinct()
                .toList();
    }

    private static boolean address(String word) {
        return ADDRESS.matcher(word).matches()
                && (word.indexOf(':') >= 0 || Ipv4Network.parse(word).isPresent());
    }

    static List<String> searchDomains(String text) {
        return text
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("search ") || line.startsWith("search\t") || line.startsWith("domain "))
                .reduce((first, last) -> last)
                .stream()
                .flatMap(line -> BLANKS.splitAsStream(line).skip(1))
                .toList();
    }

    private static Stream<String> words(String text, String keyword) {
        return text.lines()
                .map(String::strip)
                .map(line -> BLANKS.splitAsStream(line).limit(2).toList())
                .filter(fields -> fields.size() == 2 && fields.get(0).equals(keyword))
                .map(fields -> fields.get(1));
    }

    static boolean loopback(String server) {
        return server.startsWith("127.")
                || server.equals("::1")
                || server.equals("0.0.0.0")
                || server.equals("::")
                || server.toLowerCase(Locale.ROOT).startsWith("::ffff:127.");
    }
}
