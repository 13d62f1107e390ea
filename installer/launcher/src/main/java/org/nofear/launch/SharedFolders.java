package org.nofear.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nofear.contract.TreeResolver;
import org.nofear.launch.RunOptions.SharedFolder;

/**
 * The words of {@code -f}: {@code DIR}, {@code DIR:ro}, {@code DIR=/path}, {@code DIR=/path:ro}.
 *
 * <p>The rule for links: one on the way to DIR is followed if a guest cannot have made it, that is, if it lies in no folder that a
 * guest was ever given for writing. All of that is decided here, once: from then on a folder is its path without links and its
 * inode, and what is not both at launch is refused (shares.c).
 *
 * @param words as given
 * @param writable folders in which links may be a guest's
 */
record SharedFolders(List<String> words, WritableFolders writable) {

    private static final String DEFAULT = "/shared";
    private static final String READ_ONLY = ":ro";
    private static final Path ROOT = Path.of("/");

    /** Where a guest's kernel alone makes files, and where in there everybody does. */
    private static final List<Path> KERNELS = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

    private static final List<Path> MEMORY = List.of(Path.of("/dev/shm"));

    /** As shares.c has it. */
    private static final int MOST = 64;

    /**
     * The folders, those first in which others have their places.
     *
     * @throws LaunchError when a directory is none, or is behind a link that may be a guest's; when two are to be at one place, or
     *     one could be written to although it is read-only
     */
    List<SharedFolder> parse() {
        List<SharedFolder> folders = new ArrayList<>();
        Set<String> places = new HashSet<>();
        for (String word : words) {
            SharedFolder folder = folder(word);
            if (!places.add(folder.mountPoint())) {
                throw LaunchError.failed("-f: two folders at " + folder.mountPoint() + ": give one a place, DIR=/path");
            }
            folders.add(folder);
        }
        if (folders.size() > MOST) {
            throw LaunchError.failed("-f: more than " + MOST + " folders: share one that holds them");
        }
        folders.forEach(folder -> refuseInsideWritable(folder, folders));
        folders.sort(
                Comparator.comparingInt(folder -> Path.of(folder.mountPoint()).getNameCount()));
        return List.copyOf(folders);
    }

    private SharedFolder folder(String word) {
        // A directory whose name really ends in :ro or has a = in it is taken as it is.
        if (Files.isDirectory(Path.of(word))) {
            return folder(word, DEFAULT, false);
        }
        boolean readOnly = word.endsWith(READ_ONLY);
        String rest = readOnly ? word.substring(0, word.length() - READ_ONLY.length()) : word;
        int equals = rest.lastIndexOf("=/");
        String directory = equals < 0 || Files.isDirectory(Path.of(rest)) ? rest : rest.substring(0, equals);
        String place = directory.equals(rest) ? DEFAULT : rest.substring(equals + 1);
        Path normal = Path.of(place).normalize();
        if (normal.getNameCount() == 0) {
            throw LaunchError.failed("-f: a folder can't take the place of /");
        }
        if (KERNELS.stream().anyMatch(normal::startsWith) && !MEMORY.stream().anyMatch(normal::startsWith)) {
            throw LaunchError.failed("-f: there can't be a folder at " + printable(normal)
                    + " in a guest: its kernel decides what is there. Give another place, DIR=/path");
        }
        return folder(directory, normal.toString(), readOnly);
    }

    private SharedFolder folder(String directory, String place, boolean readOnly) {
        Path path = Path.of(directory);
        TreeResolver.Resolved real = new TreeResolver(ROOT)
                .resolve(path.toAbsolutePath())
                .orElseThrow(() -> LaunchError.failed("-f: there is no directory " + directory));
        for (Path link : real.links()) {
            refuseAGuests(link, real.path());
        }
        Optional<FileId> id = FileId.of(real.path());
        if (id.isEmpty() || !Files.isDirectory(real.path())) {
            throw LaunchError.failed("-f: " + directory + " is no directory");
        }
        return new SharedFolder(real.path(), id.get(), place, readOnly, real.links());
    }

    private void refuseAGuests(Path link, Path real) {
        writable.holding(Optional.ofNullable(link.getParent()).orElse(link)).ifPresent(folder -> {
            throw LaunchError.failed("-f: " + printable(link) + " is a link in " + printable(folder.path())
                    + ", which guests could write to, so a guest may have made it: to share what it leads to, give "
                    + printable(real));
        });
    }

    /** What is inside a folder for writing can be written to through that. */
    private static void refuseInsideWritable(SharedFolder folder, List<SharedFolder> all) {
        if (!folder.readOnly()) {
            return;
        }
        for (Path at = folder.directory(); at != null; at = at.getParent()) {
            Optional<FileId> id = FileId.of(at);
            all.stream()
                    .filter(other -> !other.readOnly() && id.equals(Optional.of(other.id())))
                    .findFirst()
                    .ifPresent(other -> {
                        throw LaunchError.failed("-f: " + printable(folder.directory()) + ":ro is inside "
                                + printable(other.directory())
                                + ", which is shared for writing, so the guest could change it: share that with :ro"
                                + " too, or leave one of them out");
                    });
        }
    }

    /** Its names may be a guest's. */
    private static String printable(Path path) {
        return path.toString().replaceAll("\\p{Cntrl}", "?");
    }
}
