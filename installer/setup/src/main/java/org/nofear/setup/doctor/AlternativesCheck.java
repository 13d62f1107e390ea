package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.contract.SharedDirectories;
import org.nofear.facts.OutwardLinks;
import org.nofear.host.Host;

/**
 * Whether links of the shared directories lead somewhere in guests: those into /etc and /var (Debian's alternatives, certificates),
 * and those that are such a directory's place ({@code /opt -> var/opt}).
 */
final class AlternativesCheck implements Check {

    private static final String LIST = "etc-allow.list";

    /** Links in here are for the host's own service manager: no guest has one. */
    private static final List<String> OF_THE_HOST = List.of(
            "/usr/lib/systemd", "/lib/systemd", "/usr/lib/environment.d", "/usr/lib/sysctl.d", "/usr/lib/tmpfiles.d");

    private static final int SHOWN = 6;

    @Override
    public String id() {
        return "guest.alternatives";
    }

    @Override
    public void begin(Beforehand slow) {
        slow.shares().begin();
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        String file = context.layout().library(LIST);
        Optional<String> list = context.host().read(file);
        if (list.isEmpty()) {
            return context.installed().present()
                    ? Finding.skip("there is no " + file, context.fixes().repair())
                    : context.notInstalled();
        }
        AllowedPaths allowed = AllowedPaths.parse(list.get());
        OutwardLinks survey = context.slow().shares().get().outward();
        List<Link> links = survey.links().stream()
                .map(Link::of)
                .filter(link -> context.host().exists(link.target().toString()))
                .toList();
        List<Link> broken = new ArrayList<>();
        for (Link link : links) {
            if (missed(context.host(), allowed, link)) {
                broken.add(link);
            }
        }
        Finding finding = broken.isEmpty()
                ? Finding.pass(links.size() + " links into /etc and /var, all of them whole in guests")
                : Finding.warn(
                        broken.size() + " of " + links.size()
                                + " links into /etc and /var lead nowhere in guests, should a program need them",
                        fix(context, broken.get(0)));
        if (!broken.isEmpty()) {
            finding = finding.with(
                    "links",
                    broken.stream()
                                    .limit(SHOWN)
                                    .map(link -> link.path() + " -> " + link.target())
                                    .collect(Collectors.joining(", "))
                            + (broken.size() > SHOWN ? ", ..." : ""));
        }
        List<SharedDirectories.Refused> refused =
                context.facts().layout().shared().refused();
        if (!refused.isEmpty()) {
            finding = refused(refused, finding);
        }
        return survey.complete() ? finding : finding.with("looked at", "a part of the shared directories");
    }

    /** With what was found of the other links, if anything is wrong there. */
    private static Finding refused(List<SharedDirectories.Refused> refused, Finding others) {
        SharedDirectories.Refused first = refused.get(0);
        Finding finding = Finding.warn(
                        first.why(),
                        "keep programs in a directory of their own, such as /srv/opt, and have the link lead there: sudo ln -sfn /srv/opt "
                                + Fixes.word(first.path()))
                .with(
                        "refused",
                        refused.stream()
                                .map(link -> link.path() + " -> " + link.target())
                                .collect(Collectors.joining(", ")));
        if (others.status() == Status.PASS) {
            return finding;
        }
        for (Map.Entry<String, String> evidence : others.evidence().entrySet()) {
            finding = finding.with(evidence.getKey(), evidence.getValue());
        }
        return finding.with("besides", others.summary());
    }

    /**
     * A link.
     *
     * @param target where it leads, absolute on the host
     */
    private record Link(Path path, Path target) {

        static Link of(OutwardLinks.Outward found) {
            Path path = Path.of(found.path());
            return new Link(path, path.resolveSibling(found.target()).normalize());
        }
    }

    /** What only root may read on the host is kept from guests on purpose. */
    private static boolean missed(Host host, AllowedPaths allowed, Link link) throws IOException {
        if (allowed.covers(link.target())
                || OF_THE_HOST.stream().anyMatch(directory -> link.path().startsWith(directory))) {
            return false;
        }
        Optional<Path> file = host.file(link.target().toString());
        return file.isPresent() && Files.getPosixFilePermissions(file.get()).contains(PosixFilePermission.OTHERS_READ);
    }

    /** A profile can be given a copy; of what lies directly in /etc nobody should share all that is beside it. */
    private static String fix(DoctorContext context, Link link) {
        boolean directory = Files.isDirectory(context.host().path(link.target().toString()));
        Path share = directory
                ? link.target()
                : Optional.ofNullable(link.target().getParent()).orElse(link.target());
        if (share.getNameCount() < 2) {
            return "nothing, unless a program misses " + link.target() + " (then report it as a bug)";
        }
        String word = Fixes.word(share.toString());
        return "nofear run --root -f " + word + ":ro -- sh -c 'mkdir -p " + share + " && cp -a /shared/. " + share
                + "'";
    }
}
