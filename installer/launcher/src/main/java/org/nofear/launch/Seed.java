package org.nofear.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The lower part of the guest's /etc and /var: the harmless part of the host's, as the caller reads it (so that what the caller
 * may not read stays out), and NoFear's own files above it. It comes to the guest as a disk, where all of it is root's: the
 * guest user is the caller by number, and must not own the guest's /etc. Unpacked into memory with the agent it made a launch
 * a tenth slower; of a disk only what is looked at is read. With it come the programs that the host lets nobody read. It is made
 * anew when anything of it has changed on the host.
 *
 * @param image an ext4 file system
 * @param sources what it was made from: when one of these changes, it is out of date
 */
public record Seed(Path image, List<Path> sources) {

    /** No configuration file that a guest needs is larger; ld.so.cache and font caches are the largest, below 1 MiB. */
    private static final long LARGEST_FILE = 16L << 20;

    private static final int DEEPEST = 8;

    /** To be counted up when the same sources make another archive. */
    private static final String FORMAT = "4";

    /** The disk's size is a multiple of this: it seldom changes then, and with it the machine (see Snapshot). In bytes. */
    private static final long DISK_STEP = 4L << 20;

    /** Kept besides the newest: for hosts whose state goes back and forth, and for several NoFear versions. */
    private static final int OLDER = 3;

    private static final String SUFFIX = ".ext4";
    private static final String UNFINISHED = ".new-";

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
    static Seed of(Path host, Path store, EtcAllowList allowed, GuestEtc own, ReadablePrograms programs) {
        Collector collector = new Collector(host);
        collector.looked.addAll(own.sources());
        collector.looked.addAll(programs.sources());
        allowed.entries().forEach(entry -> collector.add(entry.path()));
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add("format", FORMAT);
        collector.found.forEach((path, attributes) -> fingerprint.add(path.toString(), attributes));
        fingerprint.add("dpkg", Boolean.toString(Files.isDirectory(host.resolve(SeedArchive.DPKG))));
        new TreeMap<>(own.files()).forEach(fingerprint::add);
        new TreeMap<>(own.links()).forEach(fingerprint::add);
        new TreeMap<>(programs.copies())
                .forEach((path, copy) -> fingerprint.add(path + " " + copy.mode(), identity(copy.file())));
        Path image = store.resolve(fingerprint.hex() + SUFFIX);
        try {
            if (!Files.isRegularFile(image, LinkOption.NOFOLLOW_LINKS)) {
                make(host, store, image, collector.found, own, programs);
                dropOlder(store, image);
            }
        } catch (IOException cannotWrite) {
            throw LaunchError.failed("cannot prepare the guest's /etc in " + store + ": " + Reason.of(cannotWrite));
        }
        return new Seed(image, List.copyOf(collector.looked));
    }

    private static PosixFileAttributes identity(Path part) {
        try {
            return Files.readAttributes(part, PosixFileAttributes.class);
        } catch (IOException missing) {
            throw LaunchError.failed(
                    "cannot read " + part + ": run \"sudo nofear-setup install\" to complete the installation");
        }
    }

    private static void make(
            Path host,
            Path store,
            Path image,
            Map<Path, PosixFileAttributes> found,
            GuestEtc own,
            ReadablePrograms programs)
            throws IOException {
        Files.createDirectories(
                store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        SeedArchive archive = new SeedArchive();
        for (Map.Entry<Path, PosixFileAttributes> entry : found.entrySet()) {
            if (!own.replaces(entry.getKey())) {
                archive.copy(host, entry.getKey(), entry.getValue());
            }
        }
        if (Files.isDirectory(host.resolve(SeedArchive.DPKG))) {
            archive.packageManager();
        }
        new TreeMap<>(own.files()).forEach((name, text) -> archive.file(Path.of("etc", name), text));
        new TreeMap<>(own.links()).forEach((name, target) -> archive.link(Path.of("etc", name), target));
        for (Map.Entry<Path, ReadablePrograms.Copy> entry : new TreeMap<>(programs.copies()).entrySet()) {
            ReadablePrograms.Copy copy = entry.getValue();
            archive.program(entry.getKey(), copy.mode(), Files.readAllBytes(copy.file()));
        }
        Path fresh = Files.createTempFile(store, UNFINISHED, "");
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            Channels.newOutputStream(channel).write(archive.finish());
            long end = (channel.size() / DISK_STEP + 1) * DISK_STEP;
            channel.write(ByteBuffer.allocate(1), end - 1);
            // Its name says what is in it: after a crash no part of it may be there under this name.
            channel.force(true);
        }
        Files.move(fresh, image, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A VM that runs has its image open: it keeps it, whatever its name has come to. */
    private static void dropOlder(Path store, Path but) throws IOException {
        try (Stream<Path> images = Files.list(store)) {
            List<Path> old = images.filter(
                            file -> !file.getFileName().toString().startsWith(UNFINISHED) && !file.equals(but))
                    .sorted(Comparator.comparing(Seed::age).reversed())
                    .skip(OLDER)
                    .toList();
            for (Path image : old) {
                Files.deleteIfExists(image);
            }
        }
    }

    private static FileTime age(Path file) {
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
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
