package org.nofear.setup.resource;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.nofear.setup.place.Accounts;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A directory. One that is there already is left as it is; one that install made is removed by uninstall when it is empty.
 *
 * @param path absolute path on the host
 */
public record DirectoryResource(String path, Permissions permissions, String reason) implements Resource {

    public DirectoryResource(String path, String reason) {
        this(path, Permissions.DIRECTORY, reason);
    }

    @Override
    public Place place() {
        return new PathPlace(path);
    }

    @Override
    public Snapshot wanted(Target target) throws IOException {
        return new Snapshot.Directory(
                permissions.mode(),
                FileRules.number(Accounts.user(target, permissions.owner()), permissions.owner()),
                FileRules.number(Accounts.group(target, permissions.group()), permissions.group()),
                target.files().inspect(path) instanceof Snapshot.Directory found ? found.attributes() : Map.of());
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found instanceof Snapshot.Directory directory
                && (!known.ours()
                        || FileRules.owned(target, permissions, directory.mode(), directory.uid(), directory.gid()));
    }

    /** Of what its mark leaves out. */
    @Override
    public Optional<String> evidence(Target target) throws IOException {
        return Optional.of(inspect(target).dress());
    }

    @Override
    public boolean putsRight() {
        return !new PathPlace(path).administrators();
    }
}
