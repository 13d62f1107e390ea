package org.nofear.setup.resource;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.distro.PackageManager;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.place.PackagePlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A package of the distribution. It is installed when it is missing, and never removed: uninstall names it. Packages that
 * are listed one after the other are installed by one call.
 *
 * @param name as the package manager has it
 * @param manager which installs it
 */
public record PackageResource(String name, PackageManager manager, String reason) implements Resource {

    private static final Snapshot INSTALLED = Snapshot.Value.of("installed");

    @Override
    public Place place() {
        return new PackagePlace(name);
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        Optional<Command> query = manager.query(List.of(name));
        if (query.isEmpty()) {
            return new Snapshot.Absent();
        }
        CommandResult asked = target.host().commands().run(query.get());
        return manager.installed(List.of(name), asked).contains(name) ? INSTALLED : new Snapshot.Absent();
    }

    @Override
    public Snapshot wanted(Target target) {
        return INSTALLED;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) {
        return found.equals(INSTALLED);
    }

    @Override
    public Preview preview() {
        return new Preview("installed by " + manager.program(), Optional.empty());
    }

    @Override
    public void apply(Target target, Snapshot wanted) throws IOException {
        installAll(target, List.of(this), holder -> {});
    }

    /** Installs packages of one manager by one call. */
    public static void installAll(Target target, List<PackageResource> packages, PackageRun.Waiting waiting)
            throws IOException {
        PackageManager manager = packages.get(0).manager;
        List<String> argv = manager.installCommand(
                        packages.stream().map(PackageResource::name).toList())
                .orElseThrow(() -> new IOException("no package manager installs " + packages.get(0).name));
        new PackageRun(target, manager, waiting).run(argv);
    }

    /** Refreshes the manager's lists of packages, where it has such. */
    public static void refresh(Target target, PackageManager manager, PackageRun.Waiting waiting) throws IOException {
        Optional<List<String>> argv = manager.refreshCommand();
        if (argv.isPresent()) {
            new PackageRun(target, manager, waiting).run(argv.get());
        }
    }
}
