package org.nofear.setup.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;

/**
 * Finds the file of an absolute path inside a root directory: symbolic links among its parents are followed inside the tree,
 * as the tree's own kernel would; its last component is never followed.
 *
 * <p>A path that is to be written must be safe: each directory on the way belongs to root (or to the user that runs this)
 * and can be written by nobody else, each link likewise belongs to one of them. Nobody else can then change what the path
 * means between this look and the write.
 */
final class TreePaths {

    private static final int LINKS_AT_MOST = 40;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int LINK = 0120000;

    private final Path root;
    private final int user;

    TreePaths(Path root, int user) {
        this.root = root;
        this.user = user;
    }

    /** Where the path is, safe or not. */
    Path locate(String absolute) throws IOException {
        return walk(absolute, false);
    }

    /**
     * Where the path is.
     *
     * @throws UserError (77) naming the parent that others could change
     */
    Path locateSafely(String absolute) throws IOException {
        checkAboveRoot();
        return walk(absolute, true);
    }

    private void checkAboveRoot() throws IOException {
        for (Optional<Path> above = Optional.ofNullable(root.getParent());
                above.isPresent();
                above = above.flatMap(path -> Optional.ofNullable(path.getParent()))) {
            Look look = look(above.get());
            if (!trusted(look.owner()) || ((look.mode() & WRITABLE_BY_OTHERS) != 0 && (look.mode() & STICKY) == 0)) {
                throw unsafe(above.get(), look);
            }
        }
    }

    private Path walk(String absolute, boolean safely) throws IOException {
        Deque<String> ahead = new ArrayDeque<>(components(absolute));
        if (!absolute.startsWith("/") || ahead.isEmpty() || ahead.contains("..")) {
            throw new IllegalArgumentException("not an absolute path of a file: " + absolute);
        }
        String name = ahead.removeLast();
        Path current = root;
        check(root, look(root), safely);
        int links = 0;
        while (!ahead.isEmpty()) {
            String component = ahead.removeFirst();
            if (component.equals("..")) {
                current = current.equals(root)
                        ? root
                        : Optional.ofNullable(current.getParent()).orElse(root);
                continue;
            }
            Path next = current.resolve(component);
            if (!Files.exists(next, LinkOption.NOFOLLOW_LINKS)) {
                return ahead.stream().reduce(next, Path::resolve, Path::resolve).resolve(name);
            }
            Look look = look(next);
            if ((look.mode() & TYPE) == LINK) {
                check(next, look, safely);
                if (++links > LINKS_AT_MOST) {
                    throw new FileSystemException(next.toString(), null, "too many symbolic links");
                }
                String target = Files.readSymbolicLink(next).toString();
                List<String> components = components(target);
                for (int index = components.size() - 1; index >= 0; index--) {
                    ahead.addFirst(components.get(index));
                }
                current = target.startsWith("/") ? root : current;
            } else if ((look.mode() & TYPE) == DIRECTORY) {
                check(next, look, safely);
                current = next;
            } else {
                throw new FileSystemException(
                        next.toString(), null, "not a directory, and " + absolute + " is below it");
            }
        }
        return current.resolve(name);
    }

    private static List<String> components(String path) {
        return List.of(path.split("/")).stream()
                .filter(component -> !component.isEmpty() && !component.equals("."))
                .toList();
    }

    private void check(Path path, Look look, boolean safely) {
        boolean writable = (look.mode() & TYPE) != LINK && (look.mode() & WRITABLE_BY_OTHERS) != 0;
        if (safely && (!trusted(look.owner()) || writable)) {
            throw unsafe(path, look);
        }
    }

    private boolean trusted(int owner) {
        return owner == 0 || owner == user;
    }

    private static UserError unsafe(Path path, Look look) {
        return new UserError(
                ExitCode.REFUSED,
                String.format(
                        "%s is not safe to write below: owner %d, mode %04o", path, look.owner(), look.mode() & 07777),
                "others than root can change it; chown root and chmod go-w it, or use another --prefix or --root");
    }

    private static Look look(Path path) throws IOException {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            return new Look((Integer) found.getOrDefault("mode", 0), (Integer) found.getOrDefault("uid", -1));
        } catch (NoSuchFileException absent) {
            throw new NoSuchFileException(path.toString(), null, "no such directory");
        }
    }

    private record Look(int mode, int owner) {}
}
