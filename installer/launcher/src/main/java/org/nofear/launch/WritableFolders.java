package org.nofear.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All folders that guests were ever given for writing. A link in one of them may be a guest's, made to have a later run share what
 * it leads to; so none is followed there (see {@link SharedFolders}). A folder that was moved is known by its inode.
 *
 * <p>The file is {@code nofear-writable-1}, then a line a folder: device:inode, a blank, the path with backslash and newline
 * escaped. What cannot be read as that is an error: to forget a folder would be to trust its links.
 *
 * @param file in the directory of the profiles
 */
record WritableFolders(Path file) {

    private static final String FORMAT = "nofear-writable-1";
    private static final int MOST = 4096;
    private static final long LARGEST = 16L << 20;
    private static final int LOCK_TRIES = 100;
    private static final int LOCK_PAUSE = 50;
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /**
     * One of them.
     *
     * @param path without links, as it was then
     */
    record Folder(Path path, FileId id) {}

    /**
     * The folder that holds a directory, or is it.
     *
     * @throws LaunchError when the list cannot be read
     */
    Optional<Folder> holding(Path directory) {
        List<Folder> known = read();
        for (Path at = directory; at != null && !known.isEmpty(); at = at.getParent()) {
            Path here = at;
            Optional<FileId> id = FileId.of(here);
            Optional<Folder> found = known.stream()
                    .filter(folder -> folder.path().equals(here) || id.equals(Optional.of(folder.id())))
                    .findFirst();
            if (found.isPresent()) {
                return Optional.of(new Folder(here, found.get().id()));
            }
        }
        return Optional.empty();
    }

    /**
     * Adds folders, before a guest gets them.
     *
     * @throws LaunchError when that fails: then no guest may have them
     */
    void add(List<Folder> folders) {
        if (folders.isEmpty() || read().containsAll(folders)) {
            return;
        }
        try {
            Files.createDirectories(directory(), DIRECTORY);
            try (FileChannel channel = FileChannel.open(
                            file.resolveSibling(file.getFileName() + ".lock"),
                            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, LinkOption.NOFOLLOW_LINKS),
                            FILE);
                    FileLock lock = lock(channel)) {
                assert lock.isValid();
                List<Folder> all = new ArrayList<>(read());
                folders.stream().filter(folder -> !all.contains(folder)).forEach(all::add);
                write(all.size() > MOST ? existing(all) : all);
            }
        } catch (IOException refused) {
            throw LaunchError.failed("cannot write " + file + ", which must name the folders that guests may write to: "
                    + Reason.of(refused));
        }
    }

    /** Those that are gone from where they were; a list that is full of others is full. */
    private List<Folder> existing(List<Folder> all) {
        List<Folder> there = all.stream()
                .filter(folder -> Files.isDirectory(folder.path(), LinkOption.NOFOLLOW_LINKS))
                .toList();
        if (there.size() > MOST) {
            throw LaunchError.failed(MOST + " folders were shared for writing: remove lines from " + file
                    + " whose folders hold no links that you don't know");
        }
        return there;
    }

    private FileLock lock(FileChannel channel) throws IOException {
        for (int i = 0; i < LOCK_TRIES; i++) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            try {
                Thread.sleep(LOCK_PAUSE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw LaunchError.failed(file + ".lock is held by another nofear that hangs");
    }

    private void write(List<Folder> folders) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        folders.forEach(folder -> text.append(folder.id())
                .append(' ')
                .append(escape(folder.path().toString()))
                .append('\n'));
        Path fresh = Files.createTempFile(directory(), ".new-", "", FILE);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.write(StandardCharsets.UTF_8.encode(text.toString()));
            // After a crash no part of it may be there under its name.
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private List<Folder> read() {
        try {
            BasicFileAttributes found =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isRegularFile() || found.size() > LARGEST) {
                throw damaged();
            }
            return parse(Files.readString(file));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw damaged();
        }
    }

    private List<Folder> parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        if (!lines.get(0).equals(FORMAT) || !lines.get(lines.size() - 1).isEmpty()) {
            throw damaged();
        }
        List<Folder> folders = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            int blank = line.indexOf(' ');
            Optional<FileId> id = FileId.parse(line.substring(0, Math.max(blank, 0)));
            if (id.isEmpty() || !line.startsWith("/", blank + 1)) {
                throw damaged();
            }
            folders.add(new Folder(Path.of(unescape(line.substring(blank + 1))), id.get()));
        }
        return folders;
    }

    private LaunchError damaged() {
        return LaunchError.failed(file + " is damaged: it names the folders whose links may be a guest's."
                + " Move it away when you know all links in the folders that you share");
    }

    private Path directory() {
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    private static String escape(String path) {
        return path.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String unescape(String text) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                i++;
                c = text.charAt(i) == 'n' ? '\n' : text.charAt(i);
            }
            path.append(c);
        }
        return path.toString();
    }
}
