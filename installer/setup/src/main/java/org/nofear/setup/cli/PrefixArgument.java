package org.nofear.setup.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import picocli.CommandLine.Option;

/** {@code --prefix}. */
final class PrefixArgument {

    private static final String USUAL = "/usr/local";

    @Option(
            names = "--prefix",
            paramLabel = "DIR",
            defaultValue = USUAL,
            description = "where NoFear's programs are (default: ${DEFAULT-VALUE})")
    private String prefix = USUAL;

    /** As {@link #or}, where nothing is installed. */
    Path path() {
        return or(Optional.empty());
    }

    /**
     * Absolute and without detours.
     *
     * @param installed where NoFear is installed
     * @throws UserError (2) when it is not
     */
    Path or(Optional<Path> installed) {
        return prefix.equals(USUAL) ? installed.orElse(Path.of(USUAL)) : checked(prefix);
    }

    private static Path checked(String prefix) {
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
