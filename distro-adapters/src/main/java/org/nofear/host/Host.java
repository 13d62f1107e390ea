package org.nofear.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nofear.contract.TreeResolver;

/**
 * The machine that NoFear looks at: a root directory (of this machine or of an offline tree), a way to run its programs, and
 * its system calls. Reading through it never changes anything.
 *
 * @param root {@code /}, or the top of an offline tree
 * @param tools where its programs are
 * @param commands runs programs; of an offline tree none are run (see {@link #answers()})
 * @param os system calls
 */
public record Host(Path root, ToolPath tools, CommandRunner commands, NativeOs os) {

    private static final Path LIVE_ROOT = Path.of("/");
    private static final Path VERSIONS = Path.of("/var/cache/nofear/versions");
    private static final int MAX_READ = 16 << 20;
    private static final Set<PosixFilePermission> EXECUTE = Set.of(
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

    /** This machine. */
    public static Host local() {
        return local(false);
    }

    /** This machine, for who changes it: what programs said of themselves is kept for the next time. */
    public static Host localForChanges() {
        return local(true);
    }

    private static Host local(boolean keeps) {
        ToolPath tools = ToolPath.under(LIVE_ROOT);
        CommandRunner commands =
                new RememberedVersions(new ExecCommandRunner(tools), new VersionMemory(VERSIONS, keeps));
        return new Host(LIVE_ROOT, tools, commands, NativeOs.system());
    }

    /** An offline tree: its files are read, its programs are never run. */
    public static Host offline(Path root) {
        return new Host(root, ToolPath.under(root), new NoCommands(), NativeOs.system());
    }

    /** Whether this is the running machine, whose kernel, services and network can be asked. */
    public boolean live() {
        return root.equals(LIVE_ROOT);
    }

    /** Whether its programs can be asked: this machine's, or those of a recording that answers for them. */
    public boolean answers() {
        return !(commands instanceof NoCommands);
    }

    /** The place of an absolute path of the host, under the root directory. */
    public Path path(String absolute) {
        int start = 0;
        while (absolute.startsWith("/", start)) {
            start++;
        }
        return root.resolve(absolute.substring(start));
    }

    /** Whether there is something, be it a dangling link. Links on the way are followed within the tree. */
    public boolean exists(String absolute) {
        return place(absolute)
                .filter(place -> Files.exists(place, LinkOption.NOFOLLOW_LINKS))
                .isPresent();
    }

    /**
     * What an absolute path of the host is after all links, as an absolute path of the host; links of an offline tree stay in it.
     *
     * @return empty when there is nothing there, or it cannot be reached
     */
    public Optional<String> realPath(String absolute) {
        return parsed(absolute).flatMap(new TreeResolver(root)::realPath).map(Path::toString);
    }

    /** Where the file behind an absolute path of the host is, links followed within the tree; empty when there is none. */
    public Optional<Path> file(String absolute) {
        TreeResolver resolver = new TreeResolver(root);
        return parsed(absolute).flatMap(resolver::realPath).map(resolver::place);
    }

    /** The target of a symbolic link as it is written; empty when the path is no link. */
    public Optional<String> link(String absolute) {
        return place(absolute).filter(Files::isSymbolicLink).flatMap(Host::target);
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** Where a path is whose last name is not followed; empty when its directory cannot be reached. */
    public Optional<Path> place(String absolute) {
        return parsed(absolute).flatMap(new TreeResolver(root)::entry);
    }

    /** The names in a directory, sorted; none when it is absent, unreadable or no directory. */
    public List<String> names(String absolute) {
        Optional<Path> directory = file(absolute).filter(Files::isDirectory);
        if (directory.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory.get())) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return List.of();
        }
    }

    /** The absolute path on the host of a program in the fixed directories; the file itself is executable by somebody. */
    public Optional<String> program(String name) {
        return ToolPath.NAMES.stream()
                .map(directory -> directory + "/" + name)
                .filter(candidate -> file(candidate).filter(Host::executable).isPresent())
                .findFirst();
    }

    /** Executable by somebody, not by the caller: who asks may be another than who will run it. */
    private static boolean executable(Path file) {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            return attributes.isRegularFile()
                    && attributes.permissions().stream().anyMatch(EXECUTE::contains);
        } catch (IOException unreadable) {
            return false;
        }
    }

    /**
     * The text of a small file (malformed bytes replaced); empty when it is absent, unreadable, or no regular file (a pipe in its
     * place would block for ever). At most 16 MiB are read.
     */
    public Optional<String> read(String absolute) {
        return file(absolute).filter(Files::isRegularFile).flatMap(Host::text);
    }

    private static Optional<String> text(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            return Optional.of(new String(stream.readNBytes(MAX_READ), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<Path> parsed(String absolute) {
        try {
            return Optional.of(Path.of("/").resolve(absolute));
        } catch (InvalidPathException unspeakable) {
            return Optional.empty();
        }
    }
}
