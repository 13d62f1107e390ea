package org.nofear.setup.resource;

import java.util.Optional;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A symbolic link.
 *
 * @param path absolute path on the host
 * @param target as it is written in the link; need not exist
 */
public record SymlinkResource(String path, String target, String reason) implements Resource {

    @Override
    public Place place() {
        return new PathPlace(path);
    }

    @Override
    public Snapshot wanted(Target target) {
        int user = target.host().os().effectiveUserId();
        return new Snapshot.Link(this.target, user, user);
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found instanceof Snapshot.Link link && link.target().equals(this.target);
    }

    @Override
    public Preview preview() {
        return new Preview("link to " + target, Optional.empty());
    }

    @Override
    public boolean putsRight() {
        return !new PathPlace(path).administrators();
    }
}
