package org.nofear.templates;

import java.util.List;

/**
 * A file of /etc/sysctl.d.
 *
 * @param settings kernel parameters by their dotted names
 */
public record SysctlConf(List<Setting> settings) implements Document {

    public SysctlConf {
        settings = List.copyOf(settings);
    }

    /** Packets of the guests are forwarded. */
    public static SysctlConf forwarding() {
        return new SysctlConf(List.of(new Setting("net.ipv4.ip_forward", "1")));
    }

    @Override
    public String template() {
        return "sysctl.conf.ftl";
    }
}
