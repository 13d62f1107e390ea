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

    public ToolPath {
        directories = List.copyOf(directories);
    }

    /** The directories that only root writes on every distribution, under a root directory; NixOS's profile last. */
    public static ToolPath under(Path root) {
        return new ToolPath(List.of(
                root.resolve("usr/sbin"),
                root.resolve("usr/bin"),
                root.resolve("sbin"),
                root.resolve("bin"),
                root.resolve("run/current-system/sw/bin")));
    }

    public Optional<Path> find(String program) {
        return directories.stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
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
