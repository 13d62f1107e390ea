package org.nofear.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Follows symbolic links the way a process would whose root directory is the tree: an absolute target starts at the tree's top and
 * no {@code ..} leads out of it. Without this, a link of an offline tree ({@code /etc/os-release -> /etc/static/os-release})
 * would silently read the machine that the program runs on.
 *
 * @param root {@code /}, or the top of an offline tree
 */
public record TreeResolver(Path root) {

    /** As many as the kernel follows (Linux, include/linux/namei.h: MAXSYMLINKS). */
    private static final int MAX_LINKS = 40;

    private static final Path TOP = Path.of("/");

    /**
     * Where a path leads.
     *
     * @param path without links, absolute in the tree
     * @param links that were followed on the way, each where it really is, in this order
     */
    public record Resolved(Path path, List<Path> links) {

        public Resolved {
            links = List.copyOf(links);
        }
    }

    /**
     * Follows an absolute path of the tree to its end.
     *
     * @return empty when something on the way is missing, unreadable, no directory, or a loop
     */
    public Optional<Resolved> resolve(Path absolute) {
        Deque<Path> todo = new ArrayDeque<>();
        absolute.forEach(todo::addLast);
        List<Path> links = new ArrayList<>();
        Path done = TOP;
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
                    links.add(next);
                    if (links.size() > MAX_LINKS) {
                        return Optional.empty();
                    }
                    Path target = Files.readSymbolicLink(place);
                    for (int index = target.getNameCount() - 1; index >= 0; index--) {
                        todo.addFirst(target.getName(index));
                    }
                    done = target.isAbsolute() ? TOP : done;
                } else if (todo.isEmpty() || found.isDirectory()) {
                    done = next;
                } else {
                    return Optional.empty();
                }
            } catch (IOException unreachable) {
                return Optional.empty();
            }
        }
        return Optional.of(new Resolved(done, links));
    }

    /** The path without links of an absolute path of the tree, as {@link #resolve} finds it. */
    public Optional<Path> realPath(Path absolute) {
        return resolve(absolute).map(Resolved::path);
    }

    /** Where a path of the tree is, its last name not followed; empty when its directory cannot be reached. */
    public Optional<Path> entry(Path absolute) {
        Path path = absolute.normalize();
        Path name = path.getFileName();
        return name == null
                ? Optional.of(place(path))
                : realPath(parentOf(path)).map(directory -> place(directory.resolve(name)));
    }

    /** Where a path of the tree is on the machine that the program runs on. */
    public Path place(Path absolute) {
        return root.resolve(TOP.relativize(absolute));
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
