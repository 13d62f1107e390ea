package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The name servers that a guest can reach: those of the host, where a stub on the host's loopback is seen through.
 *
 * @param root of the host
 */
record Resolvers(Path root) {

    /** Where a stub's own servers are told when resolv.conf names only the stub: systemd-resolved, NetworkManager, and so on. */
    private static final List<String> FILES = List.of(
            "etc/resolv.conf",
            "run/systemd/resolve/resolv.conf",
            "run/NetworkManager/no-stub-resolv.conf",
            "run/NetworkManager/resolv.conf",
            "run/resolvconf/resolv.conf",
            "run/dnsmasq/resolv.conf",
            "run/connman/resolv.conf");

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /** IPv4 addresses, in order; empty when the host has none but stubs. */
    List<String> servers() {
        return FILES.stream()
                .map(root::resolve)
                .map(Resolvers::read)
                .filter(servers -> !servers.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** The files that decide: a change of one of them, or its coming and going, is a change of the guests' servers. */
    List<Path> sources() {
        return FILES.stream()
                .map(root::resolve)
                .flatMap(file -> Stream.of(file, target(file)).distinct())
                .toList();
    }

    /** What a link leads to: resolv.conf is one as a rule, and stays the same when what it leads to changes. */
    private static Path target(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException absent) {
            return file;
        }
    }

    private static List<String> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException absent) {
            return List.of();
        }
    }

    static List<String> parse(String text) {
        return text.lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length >= 2 && words[0].equals("nameserver"))
                .map(words -> words[1])
                .filter(address -> IPV4.matcher(address).matches())
                .filter(address -> !address.startsWith("127.") && !address.equals("0.0.0.0"))
                .toList();
    }
}
