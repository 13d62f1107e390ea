package org.nofear.facts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.contract.GuestLink;
import org.nofear.host.Command;
import org.nofear.host.Host;

/**
 * Who but NoFear relies on the host's forwarding packets. Docker and libvirt turn it on when they start and never look again,
 * so that turning it off under them would cut their networks.
 */
public final class ForwardingUsers {

    /** The parameter. */
    public static final String PARAMETER = "net.ipv4.ip_forward";

    /** Bridges and tunnels whose packets the host forwards. */
    private static final Pattern INTERFACES = Pattern.compile(
            "(docker|podman|cni|virbr|lxcbr|lxdbr|incusbr|wg|tailscale)\\d+|br-[0-9a-f]{12}|waydroid0|flannel.*");

    private static final Pattern SETTING =
            Pattern.compile("\\s*-?net[./]ipv4[./](ip_forward|conf[./]all[./]forwarding)\\s*=\\s*1\\s*");

    private static final List<String> DIRECTORIES =
            List.of("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d");

    private static final String OURS = "60-nofear.conf";

    /** NoFear's own, and what the host goes out by. */
    private static final Pattern OUR_TAPS = Pattern.compile(GuestLink.TAP_PREFIX + "\\d+");

    private static final Pattern NETWORKD = Pattern.compile(
            "\\s*(IPForward|IPv4Forwarding|IPMasquerade)\\s*=\\s*(yes|true|on|1|both|ipv4)\\s*",
            Pattern.CASE_INSENSITIVE);

    private static final List<String> NETWORKD_DIRECTORIES =
            List.of("/etc/systemd/network", "/run/systemd/network", "/usr/lib/systemd/network");

    private static final Pattern TABLE = Pattern.compile("table (\\S+) (\\S+) \\{");
    private static final Pattern RULE = Pattern.compile("\\b(masquerade|snat)\\b|\"(MASQUERADE|SNAT)\"");
    private static final Pattern CHAIN = Pattern.compile("\\s*chain (\\S+) \\{");
    private static final int UP = 1;

    private ForwardingUsers() {}

    /**
     * The same, with the firewall's rules that give others' packets the host's address: only root can ask for them.
     *
     * @return empty where nobody else can be using it
     */
    public static List<String> withRules(Host host) {
        List<String> users = new ArrayList<>(of(host));
        if (host.tools().find("nft").isPresent()) {
            try {
                users.addAll(masquerading(host.commands()
                        .run(Command.of("nft", "--stateless", "list", "ruleset"))
                        .output()));
            } catch (IOException notTold) {
                users.add("rules that nft does not tell");
            }
        }
        if (host.read("/proc/net/ip_tables_names").orElse("").lines().anyMatch("nat"::equals)) {
            users.add("iptables' table nat");
        }
        return List.copyOf(users);
    }

    /** Tables of others with such a rule, from nft's listing. iptables' own rules are in it as well. */
    static List<String> masquerading(String listing) {
        Set<String> tables = new LinkedHashSet<>();
        String table = "";
        String chain = "";
        for (String line : listing.lines().toList()) {
            Matcher begin = TABLE.matcher(line);
            Matcher inside = CHAIN.matcher(line);
            if (begin.matches()) {
                table = begin.group(1) + " " + begin.group(2);
            } else if (inside.matches()) {
                chain = inside.group(1);
            } else if (RULE.matcher(line).find() && !table.endsWith(" nofear") && !chain.startsWith("NOFEAR-")) {
                tables.add("the firewall's table " + table);
            }
        }
        return List.copyOf(tables);
    }

    /** No hardware, but somebody's bridge, tunnel or half of a container's cable, and up; unless it is what the host goes out by. */
    private static boolean madeUp(Host host, String name) {
        String directory = "/sys/class/net/" + name;
        String flags = host.read(directory + "/flags").orElse("0x0").strip();
        boolean up = flags.matches("0x[0-9a-fA-F]{1,8}") && (Long.decode(flags) & UP) != 0;
        return up
                && !name.equals("lo")
                && !host.exists(directory + "/device")
                && host.read("/proc/net/route")
                        .orElse("")
                        .lines()
                        .noneMatch(line -> line.startsWith(name + "\t00000000\t"));
    }

    private static Stream<String> networkd(Host host) {
        return NETWORKD_DIRECTORIES.stream()
                .flatMap(directory -> host.names(directory).stream().map(name -> directory + "/" + name))
                .filter(file -> file.endsWith(".network") && !file.endsWith("/60-nofear.network"))
                .filter(file -> host.read(file)
                        .filter(text -> text.lines()
                                .anyMatch(line -> NETWORKD.matcher(line).matches()))
                        .isPresent());
    }

    /** Interfaces, and files that turn it on at boot; none of NoFear's own. */
    public static List<String> of(Host host) {
        Stream<String> interfaces = host.names("/sys/class/net").stream()
                .filter(name -> !OUR_TAPS.matcher(name).matches())
                .filter(name -> INTERFACES.matcher(name).matches() || madeUp(host, name));
        Stream<String> files = Stream.concat(
                Stream.of("/etc/sysctl.conf"),
                DIRECTORIES.stream()
                        .flatMap(directory -> host.names(directory).stream()
                                .filter(name -> name.endsWith(".conf") && !name.equals(OURS))
                                .map(name -> directory + "/" + name)));
        return Stream.concat(
                        Stream.concat(interfaces, networkd(host)),
                        files.filter(file -> host.read(file)
                                .filter(text -> text.lines()
                                        .anyMatch(line -> SETTING.matcher(line).matches()))
                                .isPresent()))
                .sorted()
                .toList();
    }
}
