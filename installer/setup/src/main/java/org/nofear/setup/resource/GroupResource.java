package org.nofear.setup.resource;

import java.io.IOException;
import org.nofear.setup.place.GroupPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A system group.
 *
 * @param name as /etc/group has it
 */
public record GroupResource(String name, String reason) implements Resource {

    @Override
    public Place place() {
        return new GroupPlace(name);
    }

    @Override
    public Snapshot wanted(Target target) {
        return GroupPlace.PRESENT;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found.equals(GroupPlace.PRESENT) && (!known.ours() || new GroupPlace(name).complete(target));
    }
}
