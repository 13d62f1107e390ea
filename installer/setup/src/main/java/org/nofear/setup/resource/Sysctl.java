package org.nofear.setup.resource;

import java.util.Optional;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.SysctlPlace;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The live value of a kernel parameter. What keeps it over reboots is a {@link FileResource} in /etc/sysctl.d.
 *
 * @param name with dots, {@code net.ipv4.ip_forward}
 */
public record Sysctl(String name, String value, String reason) implements Resource {

    @Override
    public Place place() {
        return new SysctlPlace(name);
    }

    @Override
    public Snapshot wanted(Target target) {
        return Snapshot.Value.of(value);
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found.equals(wanted(target));
    }

    @Override
    public Preview preview() {
        return new Preview(value, Optional.empty());
    }
}
