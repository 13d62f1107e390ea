package org.nofear.setup.resource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.place.PackagePlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A package of the distribution. It is installed when it is missing, and never removed: uninstall names it. Packages that
 * are listed one after the other with the same install command are installed by one call.
 *
 * @param name as the package manager has it
 * @param query a program that tells whether it is installed
 * @param installed what the program's output contains when it is (and its status is 0); empty: the status is enough
 * @param install the program that installs packages; their names are appended to it
 */
public record PackageResource(String name, List<String> query, String installed, List<String> install, String reason)
        implements Resource {

    public PackageResource {
        query = List.copyOf(query);
        install = List.copyOf(install);
    }

    private static final Duration DEADLINE = Duration.ofMinutes(60);
    private static final Snapshot INSTALLED = Snapshot.Value.of("installed");

    /** Debian's tools would ask on the terminal otherwise. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C.UTF-8", "DEBIAN_FRONTEND", "noninteractive");

    @Override
    public Place place() {
        return new PackagePlace(name);
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        CommandResult asked = target.host().commands().run(Command.of(query));
        return asked.succeeded() && asked.output().contains(installed) ? INSTALLED : new Snapshot.Absent();
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
    public void apply(Target target, Snapshot wanted) throws IOException {
        installAll(target, List.of(this));
    }

    /** Installs packages that have the same install command, by one call. */
    public static void installAll(Target target, List<PackageResource> packages) throws IOException {
        List<String> argv = new ArrayList<>(packages.get(0).install);
        packages.forEach(each -> argv.add(each.name));
        CommandResult done = target.host()
                .commands()
                .run(target.logged(Command.of(argv).withDeadline(DEADLINE).withEnvironment(ENVIRONMENT)));
        if (!done.succeeded()) {
            throw new IOException("\"" + String.join(" ", argv) + "\" "
                    + (done.timedOut()
                            ? "took more than " + DEADLINE.toMinutes() + " minutes"
                            : "failed with status " + done.status()));
        }
    }
}
