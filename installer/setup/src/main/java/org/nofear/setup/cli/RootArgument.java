package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import picocli.CommandLine.Option;

/** {@code --root}. */
final class RootArgument {

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "an offline tree: files only, nothing live (default: this machine)")
    private String root = "/";

    /** The directory itself, without links. */
    Path root() {
        try {
            Path real = Path.of(root).toRealPath();
            if (Files.isDirectory(real)) {
                return real;
            }
        } catch (IOException | IllegalArgumentException absent) {
            throw new UserError(ExitCode.USAGE, "--root: there is no directory " + root);
        }
        throw new UserError(ExitCode.USAGE, "--root: " + root + " is not a directory");
    }
}
