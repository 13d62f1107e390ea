package org.nofear.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directories of the host that every guest sees, as they are right now, each at its own path; the links that lead there; and
 * what is kept from guests although its name is one of these.
 *
 * @param directories absolute, without links, none inside another
 * @param links made again in the guest
 * @param refused links whose targets guests do not see
 * @param absent names of which the host has nothing
 * @param followed all links that were followed, each where it really is: when one changes, so may all this
 */
public record SharedDirectories(
        List<String> directories, List<Link> links, List<Refused> refused, List<String> absent, List<String> followed) {

    /**
     * The host's programs and their libraries. /nix/store and /gnu/store hold them on NixOS and Guix, where /usr is next to
     * empty. /usr comes first: the others may be links into it. With them comes what dpkg knows of them: who is root in a guest
     * installs there, and removes. (rpm's is in /usr.)
     */
    public static final List<String> NAMES = List.of(
            "/usr",
            "/bin",
            "/sbin",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/opt",
            "/nix/store",
            "/gnu/store",
            "/var/lib/dpkg");

    /** Links that programs of NixOS and Guix go through. */
    private static final List<String> THROUGH = List.of("/run/current-system");

    /** A link inside a share that leads out of it on Silverblue: {@code ../var/usrlocal}. The guest sees it as it is. */
    private static final List<String> INSIDE = List.of("/usr/local");

    /** Where programs are kept; a link that leads anywhere else (an administrator's home, /, /var) opens nothing to guests. */
    private static final List<Path> OF_PROGRAMS = Stream.of(
                    "/var/opt", "/var/usrlocal", "/var/local", "/srv", "/mnt", "/data", "/opt", "/nix", "/gnu")
            .map(Path::of)
            .toList();

    public SharedDirectories {
        directories = List.copyOf(directories);
        links = List.copyOf(links);
        refused = List.copyOf(refused);
        absent = List.copyOf(absent);
        followed = List.copyOf(followed);
    }

    /**
     * A link in the guest.
     *
     * @param path in the guest
     * @param target as the link has it, or where it leads in the end when what it goes through is not in guests
     */
    public record Link(String path, String target) {}

    /**
     * A link that guests do not get.
     *
     * @param path on the host
     * @param target the directory that it leads to
     */
    public record Refused(String path, String target) {

        /** One clause for a user, without its end. */
        public String why() {
            return path + " leads to " + target + ", which is no directory of programs: guests see nothing of it";
        }
    }

    /** Looks at the host. */
    public static SharedDirectories of(Path root) {
        return new Look(new TreeResolver(root)).all();
    }

    /** The directory behind a link that guests are to see: a place of programs, never the whole of a directory of other things. */
    private static boolean ofPrograms(Path directory) {
        return directory.getNameCount() >= 2 && OF_PROGRAMS.stream().anyMatch(directory::startsWith);
    }

    /** One look. */
    private static final class Look {

        private final TreeResolver tree;
        private final Set<Path> directories = new LinkedHashSet<>();
        private final List<Link> links = new ArrayList<>();
        private final List<Refused> refused = new ArrayList<>();
        private final List<String> absent = new ArrayList<>();
        private final Set<Path> followed = new LinkedHashSet<>();

        Look(TreeResolver tree) {
            this.tree = tree;
        }

        SharedDirectories all() {
            // First the real ones: what links lead to may be inside of them.
            NAMES.stream()
                    .map(Path::of)
                    .filter(name -> real(name).filter(name::equals).isPresent())
                    .forEach(directories::add);
            NAMES.stream()
                    .map(Path::of)
                    .filter(name -> !directories.contains(name))
                    .forEach(this::name);
            THROUGH.stream().map(Path::of).forEach(this::through);
            INSIDE.stream().map(Path::of).forEach(this::inside);
            return new SharedDirectories(
                    directories.stream()
                            .filter(one -> directories.stream().noneMatch(other -> isAbove(other, one)))
                            .map(Path::toString)
                            .toList(),
                    links,
                    refused,
                    absent,
                    followed.stream().map(Path::toString).toList());
        }

        /** The directory at the end of a path; what a plan cannot say (a name that is no text) is none. */
        private Optional<Path> real(Path path) {
            Optional<TreeResolver.Resolved> found = tree.resolve(path);
            found.ifPresent(resolved -> followed.addAll(resolved.links()));
            return found.map(TreeResolver.Resolved::path)
                    .filter(end -> Files.isDirectory(tree.place(end)))
                    .filter(end -> isText(end.toString()));
        }

        private void name(Path name) {
            Optional<String> target = target(name);
            Optional<Path> real = real(name);
            if (real.isPresent()) {
                if (ofPrograms(real.get())) {
                    directories.add(real.get());
                }
                if (isSeen(real.get())) {
                    links.add(new Link(name.toString(), asSeen(name, target, real.get())));
                } else {
                    refused.add(new Refused(name.toString(), real.get().toString()));
                }
            } else if (target.isPresent()) {
                // A link to nowhere is a link to nowhere in the guest too.
                followed.add(name);
                links.add(new Link(name.toString(), target.get()));
            } else {
                absent.add(name.toString());
            }
        }

        private void through(Path path) {
            real(path)
                    .filter(this::isSeen)
                    .ifPresent(real -> links.add(new Link(path.toString(), asSeen(path, target(path), real))));
        }

        private void inside(Path path) {
            if (target(path).isEmpty()) {
                return;
            }
            followed.add(path);
            real(path).filter(real -> !isSeen(real)).ifPresent(real -> {
                if (ofPrograms(real)) {
                    directories.add(real);
                } else {
                    refused.add(new Refused(path.toString(), real.toString()));
                }
            });
        }

        /** As it is written where that leads to what guests have, else the end of the way: what is between may be missing there. */
        private String asSeen(Path link, Optional<String> target, Path real) {
            Path parent = link.getParent();
            return target.filter(words ->
                            parent != null && isSeen(parent.resolve(words).normalize()))
                    .orElseGet(real::toString);
        }

        private boolean isSeen(Path path) {
            return directories.stream().anyMatch(path::startsWith);
        }

        private Optional<String> target(Path path) {
            try {
                Optional<Path> place = tree.entry(path).filter(Files::isSymbolicLink);
                return place.isPresent()
                        ? Optional.of(Files.readSymbolicLink(place.get()).toString())
                        : Optional.empty();
            } catch (IOException unreadable) {
                return Optional.empty();
            }
        }

        private static boolean isAbove(Path other, Path one) {
            return !one.equals(other) && one.startsWith(other);
        }

        /** Not every text is a path: one with a character that the locale of this process lacks is none. */
        private static boolean isText(String path) {
            try {
                return Path.of(path).isAbsolute() && path.indexOf('\uFFFD') < 0;
            } catch (InvalidPathException unspeakable) {
                return false;
            }
        }
    }
}
