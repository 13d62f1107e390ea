package org.nofear.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The lower part of the guest's /etc and /var: the harmless part of the host's, copied by the caller (so that what the caller
 * may not read stays out), and NoFear's own files above it. It is made anew when anything of it has changed on the host.
 *
 * @param directory with {@code etc} and {@code var} in it
 * @param sources what it was made from: when one of these changes, it is out of date
 */
public record Seed(Path directory, List<Path> sources) {

    /** No configuration file that a guest needs is larger; ld.so.cache and font caches are the largest, below 1 MiB. */
    private static final long LARGEST_FILE = 16L << 20;

    private static final int DEEPEST = 8;

    /** What never enters, even below an allowed directory. */
    private static final Set<String> NEVER = Set.of(
            "shadow",
            "gshadow",
            "private",
            "settings.xml",
            "settings-security.xml",
            "jmxremote.password",
            "machine-id");

    public Seed {
        sources = List.copyOf(sources);
    }

    /**
     * Finds or makes the seed for what the host has now.
     *
     * @param host the root that is copied from
     * @param store the caller's directory of seeds
     * @throws LaunchError when it cannot be written
     */
    public static Seed of(Path host, Path store, EtcAllowList allowed, GuestEtc own) {
        Collector collector = new Collector(host);
        collector.looked.addAll(own.sources());
        allowed.entries().forEach(entry -> collector.add(entry.path()));
        Fingerprint fingerprint = new Fingerprint();
        collector.found.forEach((path, attributes) -> fingerprint.add(path.toString(), attributes));
        new TreeMap<>(own.files()).forEach(fingerprint::add);
        new TreeMap<>(own.links()).forEach(fingerprint::add);
        Path directory = store.resolve(fingerprint.hex());
        try {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                make(host, store, directory, collector.found, own);
            }
        } catch (IOException cannotWrite) {
            throw LaunchError.failed("cannot prepare the guest's /etc in " + store + ": " + cannotWrite.getMessage());
        }
        return new Seed(directory, List.copyOf(collector.looked));
    }

    private static void make(Path host, Path store, Path directory, Map<Path, PosixFileAttributes> found, GuestEtc own)
            throws IOException {
        Files.createDirectories(
                store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path fresh = Files.createTempDirectory(store, ".new-");
        Files.createDirectories(fresh.resolve("etc"));
        Files.createDirectories(fresh.resolve("var"));
        for (Map.Entry<Path, PosixFileAttributes> entry : found.entrySet()) {
            copy(host.resolve(entry.getKey()), fresh.resolve(entry.getKey()), entry.getValue());
        }
        for (Map.Entry<String, String> file : own.files().entrySet()) {
            Path path = fresh.resolve("etc").resolve(file.getKey());
            Files.deleteIfExists(path);
            Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
        }
        for (Map.Entry<String, String> link : own.links().entrySet()) {
            Path path = fresh.resolve("etc").resolve(link.getKey());
            Files.deleteIfExists(path);
            Files.createSymbolicLink(path, Path.of(link.getValue()));
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException anotherWasFaster) {
            new Tree(fresh).delete();
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw anotherWasFaster;
            }
        }
    }

    private static void copy(Path from, Path to, PosixFileAttributes attributes) throws IOException {
        Files.createDirectories(to.getParent());
        if (attributes.isDirectory()) {
            Files.createDirectories(to);
            return;
        }
        try {
            // Times are kept: fontconfig judges its caches by them.
            Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (java.nio.file.AccessDeniedException | java.nio.file.NoSuchFileException notForUs) {
            // Unreadable to the caller, or gone since: it is then not in the guest either.
            Files.deleteIfExists(to);
        }
    }

    /** Walks the host for what is on the list. */
    private static final class Collector {

        private final Path host;
        private final Map<Path, PosixFileAttributes> found = new TreeMap<>();
        private final Set<Path> looked = new java.util.TreeSet<>();

        Collector(Path host) {
            this.host = host;
        }

        void add(String pattern) {
            Path relative = Path.of(pattern);
            String name = relative.getFileName().toString();
            if (!name.contains("*")) {
                walk(relative, 0);
                return;
            }
            Path parent = Path.of(pattern.substring(0, pattern.lastIndexOf('/')));
            looked.add(host.resolve(parent));
            list(parent, name).forEach(child -> walk(child, 0));
        }

        private void walk(Path relative, int depth) {
            Path path = host.resolve(relative);
            if (depth > DEEPEST || NEVER.contains(relative.getFileName().toString())) {
                return;
            }
            looked.add(path);
            try {
                PosixFileAttributes attributes =
                        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isSymbolicLink()) {
                    found.put(relative, attributes);
                } else if (attributes.isDirectory() && open(attributes)) {
                    found.put(relative, attributes);
                    list(relative, "*").forEach(child -> walk(child, depth + 1));
                } else if (attributes.isRegularFile() && open(attributes) && attributes.size() <= LARGEST_FILE) {
                    found.put(relative, attributes);
                }
            } catch (IOException absent) {
                // Most hosts lack most of the list; the path stays in the list of what was looked at.
                return;
            }
        }

        private List<Path> list(Path relative, String glob) {
            List<Path> children = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(host.resolve(relative), glob)) {
                stream.forEach(child -> children.add(relative.resolve(child.getFileName())));
            } catch (IOException unreadable) {
                return List.of();
            }
            return children;
        }

        /** Readable by everybody: nothing else enters, whoever the caller is. */
        private static boolean open(PosixFileAttributes attributes) {
            return attributes.permissions().contains(PosixFilePermission.OTHERS_READ);
        }
    }
}
