package org.nofear.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Follows symbolic links the way a process would whose root directory is the tree: an absolute target starts at the tree's top and
 * no {@code ..} leads out of it. Without this, a link of an offline tree ({@code /etc/os-release -> /etc/static/os-release})
 * would silently read the machine that the program runs on.
 */
final class TreeResolver {

    /** As many as the kernel follows (Linux, include/linux/namei.h: MAXSYMLINKS). */
    private static final int MAX_LINKS = 40;

    private final Path root;

    TreeResolver(Path root) {
        this.root = root;
    }

    /**
     * The path without links of an absolute path of the tree, again as an absolute path of the tree.
     *
     * @return empty when something on the way is missing, unreadable, no directory, or a loop
     */
    Optional<Path> realPath(Path absolute) {
        Deque<Path> todo = new ArrayDeque<>();
        absolute.forEach(todo::addLast);
        Path done = Path.of("/");
        int links = 0;
        while (!todo.isEmpty()) {
            Path name = todo.removeFirst();
            if (name.toString().equals(".") || name.toString().isEmpty()) {
                continue;
            }
            if (name.toString().equals("..")) {
                done = parentOf(done);
                continue;
            }
            Path next = done.resolve(name);
            Path place = place(next);
            try {
                BasicFileAttributes found =
                        Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (found.isSymbolicLink()) {
                    if (++links > MAX_LINKS) {
                        return Optional.empty();
                    }
                    Path target = Files.readSymbolicLink(place);
                    for (int index = target.getNameCount() - 1; index >= 0; index--) {
                        todo.addFirst(target.getName(index));
                    }
                    done = target.isAbsolute() ? Path.of("/") : done;
                } else if (todo.isEmpty() || found.isDirectory()) {
                    done = next;
                } else {
                    return Optional.empty();
                }
            } catch (IOException unreachable) {
                return Optional.empty();
            }
        }
        return Optional.of(done);
    }

    /** Where a path of the tree is, its last name not followed; empty when its directory cannot be reached. */
    Optional<Path> entry(Path absolute) {
        Path path = absolute.normalize();
        Path name = path.getFileName();
        return name == null
                ? Optional.of(place(path))
                : realPath(parentOf(path)).map(directory -> place(directory.resolve(name)));
    }

    /** Where a path of the tree is on the machine that the program runs on. */
    Path place(Path absolute) {
        return root.resolve(Path.of("/").relativize(absolute));
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
