package org.nofear.setup.resource;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.place.UnitPlace;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A systemd unit, enabled and started. Its file is a {@link FileResource} listed before it. Where systemd is not process 1,
 * and in an offline tree, it is enabled (a link) and not started.
 *
 * @param unit its name, {@code nofear-network.service}
 * @param file absolute path of its unit file
 * @param wantedBy the target that pulls it in, {@code multi-user.target}
 * @param trigger changes whenever the running unit has to be restarted: a digest of its file and of what it reads
 */
public record ServiceUnit(String unit, String file, String wantedBy, String trigger, String reason)
        implements Resource {

    private static final String UNITS = "/etc/systemd/system/";

    @Override
    public Place place() {
        return new UnitPlace(unit);
    }

    @Override
    public List<Resource> ahead() {
        return List.of(new SymlinkResource(UNITS + wantedBy + ".wants/" + unit, file, "starts " + unit + " at boot"));
    }

    @Override
    public Snapshot wanted(Target target) {
        return Snapshot.Value.of("active");
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return !target.systemd()
                || (found.equals(wanted(target)) && known.evidence().equals(evidence(target)));
    }

    @Override
    public Optional<String> evidence(Target target) {
        return Optional.of(trigger);
    }

    @Override
    public Preview preview() {
        return new Preview("running", Optional.empty());
    }
}
