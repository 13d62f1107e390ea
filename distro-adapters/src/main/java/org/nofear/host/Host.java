package org.nofear.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machine that NoFear looks at: a root directory (of this machine or of an offline tree), a way to run its programs, and
 * its system calls. Reading through it never changes anything.
 *
 * @param root {@code /}, or the top of an offline tree
 * @param tools where its programs are
 * @param commands runs programs; of an offline tree none are run (see {@link #live()})
 * @param os system calls
 */
public record Host(Path root, ToolPath tools, CommandRunner commands, NativeOs os) {

    private static final Path LIVE_ROOT = Path.of("/");

    /** This machine. */
    public static Host local() {
        ToolPath tools = ToolPath.under(LIVE_ROOT);
        return new Host(LIVE_ROOT, tools, new ExecCommandRunner(tools), NativeOs.system());
    }

    /** An offline tree: its files are read, its programs are never run. */
    public static Host offline(Path root) {
        CommandRunner none = command -> {
            throw new IOException("programs of an offline tree are not run: " + command.argv());
        };
        return new Host(root, ToolPath.under(root), none, NativeOs.system());
    }

    /** Whether this is the running machine, whose kernel, services and network can be asked. */
    public boolean live() {
        return root.equals(LIVE_ROOT);
    }

    /** The place of an absolute path of the host, under the root directory. */
    public Path path(String absolute) {
        return root.resolve(absolute.replaceFirst("^/+", ""));
    }

    public boolean exists(String absolute) {
        return Files.exists(path(absolute), LinkOption.NOFOLLOW_LINKS);
    }

    /** The text of a small file (malformed bytes replaced); empty when it is absent or unreadable. */
    public Optional<String> read(String absolute) {
        try {
            return Optional.of(new String(Files.readAllBytes(path(absolute)), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
