package org.nofear.facts;

import java.util.Comparator;
import java.util.List;

/**
 * What of the shared directories others cannot read, so that the unprivileged VMM cannot open it and not even the guest's root
 * can run it: Gentoo's mount (4711), Fedora's sudo (4111), Alpine's bbsuid (4111).
 *
 * @param found sorted by path
 * @param complete false when the walk was cut short
 */
public record UnreadablePrograms(List<Unreadable> found, boolean complete) {

    /**
     * A file or directory that others cannot read.
     *
     * @param path absolute
     * @param mode in octal, such as {@code 4711}
     * @param directory a directory: all that is in it is out of reach too
     * @param needed whether guests need it: install keeps a readable copy
     */
    public record Unreadable(String path, String mode, boolean directory, boolean needed) {

        /** Whether it is a program that others may run, on the host. */
        public boolean runnable() {
            return !directory && (Integer.parseInt(mode, 8) & 1) != 0;
        }
    }

    public UnreadablePrograms {
        found = List.copyOf(found);
    }

    static UnreadablePrograms among(NotableFiles files) {
        return new UnreadablePrograms(
                files.closed()
                        .map(UnreadablePrograms::unreadable)
                        .sorted(Comparator.comparing(Unreadable::path))
                        .toList(),
                files.complete());
    }

    private static Unreadable unreadable(Notable.Closed closed) {
        return new Unreadable(
                closed.path().toString(),
                "%04o".formatted(closed.mode()),
                closed.directory(),
                !closed.directory() && NeededPrograms.needed(closed.path()));
    }

    /** Those that guests need: install keeps readable copies of them. */
    public List<Unreadable> needed() {
        return found.stream()
                .filter(Unreadable::needed)
                .filter(Unreadable::runnable)
                .toList();
    }
}
