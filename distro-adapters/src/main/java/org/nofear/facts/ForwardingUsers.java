package org.nofear.facts;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    private ForwardingUsers() {}

    /** Interfaces, and files that turn it on at boot; none of NoFear's own. */
    public static List<String> of(Host host) {
        Stream<String> interfaces = host.names("/sys/class/net").stream()
                .filter(name -> INTERFACES.matcher(name).matches());
        Stream<String> files = Stream.concat(
                Stream.of("/etc/sysctl.conf"),
                DIRECTORIES.stream()
                        .flatMap(directory -> host.names(directory).stream()
                                .filter(name -> name.endsWith(".conf") && !name.equals(OURS))
                                .map(name -> directory + "/" + name)));
        return Stream.concat(
                        interfaces,
                        files.filter(file -> host.read(file)
                                .filter(text -> text.lines()
                                        .anyMatch(line -> SETTING.matcher(line).matches()))
                                .isPresent()))
                .sorted()
                .toList();
    }
}
