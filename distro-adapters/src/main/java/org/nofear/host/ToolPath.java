package org.nofear.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds programs in a fixed list of directories: code that runs as root trusts no PATH.
 *
 * @param directories searched in this order
 */
public record ToolPath(List<Path> directories) {

    /** The directories that only root writes on every distribution; NixOS's and Guix's last. Where sbin is a link, bin is named. */
    static final List<String> NAMES = List.of(
            "/usr/bin",
            "/usr/sbin",
            "/bin",
            "/sbin",
            "/run/current-system/sw/bin",
            "/run/current-system/profile/sbin",
            "/run/current-system/profile/bin");

    public ToolPath {
        directories = List.copyOf(directories);
    }

    /** The directories that only root writes on every distribution, under a root directory. */
    public static ToolPath under(Path root) {
        return new ToolPath(
                NAMES.stream().map(name -> root.resolve(name.substring(1))).toList());
    }

    public Optional<Path> find(String program) {
        return directories.stream()
                .map(directory -> directory.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * The file of a program: an absolute path is taken as it is, a name is looked up.
     *
     * @throws NoSuchFileException when there is no such program in the directories
     */
    public Path resolve(String program) throws IOException {
        if (program.startsWith("/")) {
            return Path.of(program);
        }
        return find(program)
                .orElseThrow(() -> new NoSuchFileException(program, null, "no such program in " + directories));
    }
}
