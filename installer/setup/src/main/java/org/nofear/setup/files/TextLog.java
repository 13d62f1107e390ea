package org.nofear.setup.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/** Logs and reports: what is written for people to read, in no need of a journal. */
public final class TextLog {

    private static final int DIRECTORY = 0755;
    private static final int FILE = 0644;

    private TextLog() {}

    /** Makes an empty log of root's, with the directories that it needs. */
    public static Path start(SafeFiles files, String absolute) throws IOException {
        for (int slash = absolute.indexOf('/', 1); slash > 0; slash = absolute.indexOf('/', slash + 1)) {
            String parent = absolute.substring(0, slash);
            if (files.inspect(parent) instanceof Snapshot.Absent) {
                files.put(parent, new Snapshot.Directory(DIRECTORY, 0, 0, Map.of()));
            }
        }
        files.put(absolute, new Snapshot.File(Content.of(""), FILE, 0, 0, Map.of(), Optional.empty()));
        return files.locate(absolute);
    }

    /** Adds a line. */
    public static void line(Path log, String text) throws IOException {
        Files.writeString(log, text + "\n", StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes a new file that only its owner reads. */
    public static Path report(Path directory, String text) throws IOException {
        Path file = directory.resolve("nofear-setup-bug-" + UUID.randomUUID() + ".txt");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, text.getBytes(StandardCharsets.UTF_8), StandardOpenOption.WRITE);
        return file;
    }
}
