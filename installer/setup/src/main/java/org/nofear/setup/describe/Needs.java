package org.nofear.setup.describe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.distro.PackageManager;
import org.nofear.distro.PackageNeed;
import org.nofear.distro.Supply;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.Failure;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Otherwise;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.PackageResource;
import org.nofear.setup.resource.Resource;

/** The packages that install needs and that are missing: the first stage, since all builds stand on it. */
final class Needs implements Stage {

    private final Target target;
    private final PackageManager manager;
    private final List<PackageResource> missing;
    private final Optional<Otherwise> otherwise;

    private Needs(Target target, PackageManager manager, List<PackageResource> missing, Optional<Otherwise> otherwise) {
        this.target = target;
        this.manager = manager;
        this.missing = missing;
        this.otherwise = otherwise;
    }

    /**
     * Looks for what is missing. A need is judged by its files, not by a package's name.
     *
     * @param wanted each with what it is for
     * @param otherwise what is installed where one of them cannot be
     * @throws UserError when something is missing that no package of this distribution brings
     */
    static Needs of(Target target, HostFacts facts, Map<PackageNeed, String> wanted, Optional<Otherwise> otherwise) {
        Host host = target.host();
        List<PackageResource> missing = new ArrayList<>();
        for (Map.Entry<PackageNeed, String> want : new EnumMap<>(wanted).entrySet()) {
            PackageNeed need = want.getKey();
            if (need.met(host)) {
                continue;
            }
            for (String name : packages(facts, need, want.getValue())) {
                PackageResource resource = new PackageResource(name, facts.packageManager(), want.getValue());
                if (missing.stream().noneMatch(each -> each.name().equals(name))) {
                    missing.add(resource);
                }
            }
        }
        return new Needs(target, facts.packageManager(), List.copyOf(missing), otherwise);
    }

    private static List<String> packages(HostFacts facts, PackageNeed need, String why) {
        Supply supply = facts.adapter().supply(need, facts.distribution().osRelease());
        if (supply instanceof Supply.Packages packages && facts.packageManager() != PackageManager.NONE) {
            return packages.names();
        }
        String advice = supply instanceof Supply.Elsewhere elsewhere
                ? elsewhere.advice()
                : "install " + String.join(" ", ((Supply.Packages) supply).names());
        throw new UserError(ExitCode.FAILED, why + " is missing", advice);
    }

    /** Whether a need is met, or could be by a package. */
    static boolean obtainable(Host host, HostFacts facts, PackageNeed need) {
        return need.met(host)
                || (facts.packageManager() != PackageManager.NONE
                        && facts.adapter().supply(need, facts.distribution().osRelease()) instanceof Supply.Packages);
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        boolean any = false;
        for (PackageResource each : missing) {
            any |= !each.satisfiedBy(target, each.inspect(target), org.nofear.setup.resource.Known.NOTHING);
        }
        Optional<List<String>> refresh = manager.refreshCommand();
        if (any && target.host().live() && refresh.isPresent()) {
            try (Progress.Step step = progress.begin(String.join(" ", refresh.get()))) {
                Set<String> told = new HashSet<>();
                PackageResource.refresh(target, manager, holder -> {
                    if (told.add(holder)) {
                        progress.note("waiting, up to " + target.packageWait().toSeconds() + " s (--wait): " + holder);
                    }
                });
                step.done("");
            } catch (IOException offline) {
                progress.warn(Failure.words(offline) + "; going on with the lists of packages that are there");
            }
            return true;
        }
        return false;
    }

    @Override
    public List<Resource> resources() {
        return List.copyOf(missing);
    }

    @Override
    public Optional<Otherwise> otherwise() {
        return otherwise;
    }
}
