package org.nofear.setup.resource;

import java.util.Optional;
import org.nofear.setup.place.ModulePlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A module of the running kernel. It is loaded when it is missing and stays: others may use it by now. What loads it at the
 * next boot is a {@link FileResource} in /etc/modules-load.d.
 *
 * @param name with underscores, as in /sys/module
 */
public record KernelModule(String name, String reason) implements Resource {

    @Override
    public Place place() {
        return new ModulePlace(name);
    }

    @Override
    public Snapshot wanted(Target target) {
        return ModulePlace.LOADED;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found.equals(ModulePlace.LOADED);
    }

    @Override
    public Preview preview() {
        return new Preview("loaded", Optional.empty());
    }
}
