package org.nofear.setup.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import picocli.CommandLine.Option;

/** {@code --prefix}. */
final class PrefixArgument {

    @Option(
            names = "--prefix",
            paramLabel = "DIR",
            defaultValue = "/usr/local",
            description = "where NoFear's programs are (default: ${DEFAULT-VALUE})")
    private String prefix = "/usr/local";

    /**
     * Absolute and without detours.
     *
     * @throws UserError (2) when it is not
     */
    Path path() {
        try {
            Path path = Path.of(prefix);
            if (path.isAbsolute() && path.getNameCount() > 0 && path.normalize().equals(path)) {
                return path;
            }
        } catch (InvalidPathException notAPath) {
            throw new UserError(ExitCode.USAGE, "--prefix: no path: " + prefix);
        }
        throw new UserError(ExitCode.USAGE, "--prefix: an absolute path without \"..\", not " + prefix);
    }
}
