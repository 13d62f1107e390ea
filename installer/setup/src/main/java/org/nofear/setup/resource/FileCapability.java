package org.nofear.setup.resource;

import java.io.IOException;
import java.util.HexFormat;
import org.nofear.setup.place.CapabilityPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A capability on a file that is not ours (a distribution's lkvm). Files of ours carry theirs in {@link BuiltFile}.
 *
 * @param path absolute path on the host of a regular file
 */
public record FileCapability(String path, Capability capability, String reason) implements Resource {

    @Override
    public Place place() {
        return new CapabilityPlace(path);
    }

    @Override
    public Snapshot wanted(Target target) {
        return Snapshot.Value.of(HexFormat.of().formatHex(capability.bytes()));
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found.equals(wanted(target));
    }
}
