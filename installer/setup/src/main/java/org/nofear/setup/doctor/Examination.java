package org.nofear.setup.doctor;

import java.util.Optional;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.describe.Layout;

/**
 * Gathers what checks look at.
 *
 * @param sudo who called sudo: the one who is to run VMs
 */
public record Examination(Host host, Layout layout, Optional<String> sudo) {

    public DoctorContext context(HostFacts facts, Beforehand slow) {
        return new DoctorContext(
                host,
                host.live(),
                facts,
                layout,
                Installed.read(host, layout),
                User.of(host, sudo.filter(name -> !name.equals("root"))),
                slow);
    }
}
