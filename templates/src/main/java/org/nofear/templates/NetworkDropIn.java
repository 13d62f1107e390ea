package org.nofear.templates;

import java.nio.file.Path;
import java.util.List;

/**
 * A drop-in for another's systemd unit that flushes all rules when it starts: NoFear's are loaded again after that. {@code PartOf}
 * and {@code ReloadPropagatedFrom} of {@link NetworkUnit} follow a stop, a restart and a reload, but not a start.
 *
 * @param script see {@link NetworkScript}
 */
public record NetworkDropIn(Path script) implements Document {

    /** Units that load the administrator's rules over all others'. */
    public static final List<String> UNITS =
            List.of("nftables.service", "iptables.service", "netfilter-persistent.service", "ufw.service");

    /** Where the rules are iptables': a unit that puts its own before all others'. */
    public static final String AHEAD = "docker.service";

    @Override
    public String template() {
        return "nofear-net.drop-in.ftl";
    }
}
