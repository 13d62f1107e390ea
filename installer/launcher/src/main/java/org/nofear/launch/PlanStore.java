package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Plans kept for the C program, which uses one again when the options are the same and nothing that it was made from has
 * changed: so the usual start needs no JVM.
 *
 * @param directory the caller's own
 */
record PlanStore(Path directory) {

    private static final int MOST = 64;
    private static final long NANOSECONDS = 1_000_000_000L;

    /** Keeps a plan; a failure to do so only costs time at the next start, so it is no error. */
    void keep(LaunchPlan plan, List<String> options) {
        Fingerprint name = new Fingerprint();
        options.forEach(option -> name.add("option", option));
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path fresh = Files.createTempFile(directory, ".new-", "");
            Files.write(fresh, plan.bytes());
            Files.move(fresh, directory.resolve(name.hex() + ".plan"), StandardCopyOption.ATOMIC_MOVE);
            dropOldest();
        } catch (IOException noRoom) {
            return;
        }
    }

    private void dropOldest() throws IOException {
        try (Stream<Path> plans = Files.list(directory)) {
            List<Path> old = plans.filter(file -> file.toString().endsWith(".plan"))
                    .sorted(Comparator.comparing(PlanStore::age).reversed())
                    .skip(MOST)
                    .toList();
            for (Path plan : old) {
                Files.deleteIfExists(plan);
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

    /** {@code mtime size inode path} as stat(2) of the path itself has it; {@code - - - path} when it isn't there. */
    static String stamp(Path path) {
        try {
            long time = Fingerprint.nanoseconds(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
            Map<String, Object> attributes = Files.readAttributes(path, "unix:size,ino", LinkOption.NOFOLLOW_LINKS);
            return String.format(
                    java.util.Locale.ROOT,
                    "%d.%09d %s %s %s",
                    Math.floorDiv(time, NANOSECONDS),
                    Math.floorMod(time, NANOSECONDS),
                    attributes.get("size"),
                    attributes.get("ino"),
                    path);
        } catch (IOException absent) {
            return "- - - " + path;
        }
    }
}
