package org.nofear.setup.resource;

import java.util.Optional;
import org.nofear.setup.place.AppArmorPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * An AppArmor profile in the running kernel. What loads it at the next boot is AppArmor's own service, from the same file.
 *
 * @param file what it is loaded from
 * @param trigger changes whenever it has to be loaded anew: a digest of the file
 */
public record LoadedAppArmorProfile(String file, String trigger, String reason) implements Resource {

    @Override
    public Place place() {
        return new AppArmorPlace(file);
    }

    @Override
    public Snapshot wanted(Target target) {
        return AppArmorPlace.ENFORCED;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found.equals(AppArmorPlace.ENFORCED) && known.evidence().equals(evidence(target));
    }

    @Override
    public Optional<String> evidence(Target target) {
        return Optional.of(trigger);
    }

    @Override
    public Preview preview() {
        return new Preview("enforced", Optional.empty());
    }
}
