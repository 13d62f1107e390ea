package org.nofear.build;

import java.io.IOException;
import java.nio.file.Path;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/**
 * The host's C compiler: part of what a built thing depends on.
 *
 * @param path absolute
 * @param version the first line of what it says of itself
 */
public record Compiler(Path path, String version) {

    /**
     * The compiler of a host.
     *
     * @throws BuildException when it has none that runs
     */
    public static Compiler of(Host host) throws IOException {
        Path path = host.tools()
                .find("cc")
                .or(() -> host.tools().find("gcc"))
                .orElseThrow(() -> new BuildException("no C compiler in "
                        + host.tools().directories() + ": install gcc, or use --kernel stock and a packaged NoFear"));
        CommandResult result = host.commands().run(Command.of(path.toString(), "--version"));
        if (!result.succeeded()) {
            throw new BuildException(path + " does not run: " + result.error().strip());
        }
        return new Compiler(path, result.lines().stream().findFirst().orElse("unknown"));
    }
}
