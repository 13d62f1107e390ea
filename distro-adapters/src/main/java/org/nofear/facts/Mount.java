package org.nofear.facts;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A line of {@code /proc/self/mountinfo} (proc_pid_mountinfo(5)).
 *
 * @param point where it is mounted, absolute
 * @param device major:minor
 * @param type the file system
 * @param source what is mounted
 * @param readOnly whether this mount, or the file system behind it, is read-only
 */
public record Mount(String point, String device, String type, String source, boolean readOnly) {

    private static final Pattern BLANK = Pattern.compile(" ");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final int POINT = 4;
    private static final int OPTIONS = 5;

    /** The mounts in the order of the text; lines that are no mounts are skipped. */
    static List<Mount> parse(String mountinfo) {
        List<Mount> mounts = new ArrayList<>();
        mountinfo.lines().forEach(line -> parseLine(line).ifPresent(mounts::add));
        return List.copyOf(mounts);
    }

    private static Optional<Mount> parseLine(String line) {
        List<String> fields = BLANK.splitAsStream(line).toList();
        int dash = fields.indexOf("-");
        if (dash <= OPTIONS || fields.size() < dash + 3 || !fields.get(POINT).startsWith("/")) {
            return Optional.empty();
        }
        String superOptions = fields.size() > dash + 3 ? fields.get(dash + 3) : "";
        return Optional.of(new Mount(
                unescape(fields.get(POINT)),
                fields.get(2),
                fields.get(dash + 1),
                unescape(fields.get(dash + 2)),
                readOnly(fields.get(OPTIONS)) || readOnly(superOptions)));
    }

    private static boolean readOnly(String options) {
        return COMMA.splitAsStream(options).anyMatch("ro"::equals);
    }

    /** The kernel writes blank, tab, newline and backslash as three octal digits. */
    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) == '\\' && index + 3 < text.length() && octal(text, index + 1)) {
                plain.append((char) Integer.parseInt(text.substring(index + 1, index + 4), 8));
                index += 3;
            } else {
                plain.append(text.charAt(index));
            }
        }
        return plain.toString();
    }

    private static boolean octal(String text, int from) {
        return text.substring(from, from + 3).chars().allMatch(digit -> digit >= '0' && digit <= '7');
    }

    /** The mount that holds a path: the last one with the longest mount point at or above it. */
    static Optional<Mount> holding(List<Mount> mounts, String path) {
        Path wanted = Path.of(path);
        Optional<Mount> best = Optional.empty();
        for (Mount mount : mounts) {
            if (speakable(mount.point())
                    && wanted.startsWith(mount.point())
                    && best.map(held -> mount.point().length() >= held.point().length())
                            .orElse(true)) {
                best = Optional.of(mount);
            }
        }
        return best;
    }

    /** Mounts of files strictly below one of some directories; what the kernel makes up (proc, sysfs, ...) is none. */
    static List<Mount> below(List<Mount> mounts, Set<String> directories) {
        return mounts.stream()
                .filter(mount -> speakable(mount.point()))
                .filter(mount -> !Set.of("proc", "sysfs", "devtmpfs", "devpts", "autofs", "cgroup2", "cgroup")
                        .contains(mount.type()))
                .filter(mount -> directories.stream()
                        .anyMatch(directory -> !directory.equals(mount.point())
                                && Path.of(mount.point()).startsWith(directory)))
                .toList();
    }

    /** Not every text is a path: one with a character that the locale of this process lacks is none. */
    static boolean speakable(String path) {
        try {
            return Path.of(path).isAbsolute();
        } catch (InvalidPathException unspeakable) {
            return false;
        }
    }
}
