package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The words of {@code -f}: {@code DIR}, {@code DIR:ro}, {@code DIR=/path}, {@code DIR=/path:ro}.
 *
 * @param words as given
 */
record SharedFolders(List<String> words) {

    private static final String DEFAULT = "/shared";
    private static final String READ_ONLY = ":ro";

    /**
     * The folders.
     *
     * @throws LaunchError when a directory is none, or two are to be at one place
     */
    List<RunOptions.SharedFolder> parse() {
        List<RunOptions.SharedFolder> folders = new ArrayList<>();
        Set<String> places = new HashSet<>();
        for (String word : words) {
            RunOptions.SharedFolder folder = folder(word);
            if (!places.add(folder.mountPoint())) {
                throw LaunchError.failed("-f: two folders at " + folder.mountPoint() + ": give one a place, DIR=/path");
            }
            folders.add(folder);
        }
        return folders;
    }

    private static RunOptions.SharedFolder folder(String word) {
        // A directory whose name really ends in :ro or has a = in it is taken as it is.
        if (Files.isDirectory(Path.of(word))) {
            return new RunOptions.SharedFolder(real(word), DEFAULT, false);
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
        return new RunOptions.SharedFolder(real(directory), normal.toString(), readOnly);
    }

    private static Path real(String directory) {
        try {
            Path real = Path.of(directory).toRealPath();
            if (!Files.isDirectory(real)) {
                throw LaunchError.failed("-f: " + directory + " is no directory");
            }
            return real;
        } catch (IOException absent) {
            throw LaunchError.failed("-f: there is no directory " + directory);
        }
    }
}
