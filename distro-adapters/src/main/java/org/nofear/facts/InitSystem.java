package org.nofear.facts;

import java.util.Locale;
import org.nofear.host.Host;

/** What starts services. */
public enum InitSystem {
    /** systemd is PID 1. */
    SYSTEMD_RUNNING,
    /** systemd is installed and not PID 1: a container, a chroot, another init beside it. */
    SYSTEMD_INSTALLED,
    OPENRC,
    RUNIT,
    /** SysV scripts, s6, dinit, or nothing. */
    NONE;

    /** {@code systemd-running}, {@code openrc}, ... */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What runs comes before what is installed; sd_booted(3) asks for the same directory. */
    static InitSystem detect(Host host) {
        if (host.exists("/run/systemd/system")) {
            return SYSTEMD_RUNNING;
        }
        String first = host.read("/proc/1/comm").map(String::strip).orElse("");
        if (first.equals("runit")) {
            return RUNIT;
        }
        if (host.exists("/run/openrc")) {
            return OPENRC;
        }
        if (host.file("/usr/lib/systemd/systemd").isPresent()
                || host.file("/lib/systemd/systemd").isPresent()
                || host.file("/run/current-system/systemd").isPresent()) {
            return SYSTEMD_INSTALLED;
        }
        if (host.program("openrc-run").isPresent()) {
            return OPENRC;
        }
        return host.exists("/etc/runit/1") || host.program("runit-init").isPresent() ? RUNIT : NONE;
    }
}
