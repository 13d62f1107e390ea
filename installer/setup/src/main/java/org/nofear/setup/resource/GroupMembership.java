package org.nofear.setup.resource;

import java.io.IOException;
import org.nofear.setup.place.MembershipPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/** A user's membership of a group. A later install that doesn't name the user leaves it; uninstall takes it back. */
public record GroupMembership(String group, String user, String reason) implements Resource {

    @Override
    public Place place() {
        return new MembershipPlace(group, user);
    }

    @Override
    public Snapshot wanted(Target target) {
        return MembershipPlace.MEMBER;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found.equals(MembershipPlace.MEMBER)
                && (!known.ours() || new MembershipPlace(group, user).complete(target));
    }
}
