package org.nofear.setup.resource;

import java.util.Optional;
import org.nofear.setup.place.NetworkPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The host's side of the guests' network, live: taps and firewall rules, as a script sets them up. What keeps it over reboots
 * is a service that runs the same script.
 *
 * @param script absolute path on the host; it knows start, stop and status
 * @param trigger changes whenever the network has to be set up anew: a digest of the script and of what it reads
 */
public record NetworkService(String script, String trigger, String reason) implements Resource {

    @Override
    public Place place() {
        return new NetworkPlace(script);
    }

    @Override
    public Snapshot wanted(Target target) {
        return NetworkPlace.UP;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found.equals(NetworkPlace.UP) && known.evidence().equals(evidence(target));
    }

    @Override
    public Optional<String> evidence(Target target) {
        return Optional.of(trigger);
    }

    @Override
    public Preview preview() {
        return new Preview("up", Optional.empty());
    }
}
