package org.nofear.facts;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nofear.host.Host;

/**
 * The directories that the dynamic loader searches beside the usual: those of ldconfig(8)'s ld.so.conf with all that it includes,
 * and those of musl's ld-musl-ARCH.path.
 *
 * @param directories absolute, in the order of the files
 */
public record LdSoConf(List<String> directories) {

    private static final String START = "/etc/ld.so.conf";
    private static final String MUSL = "/etc/ld-musl-*.path";

    /** Far more than any system has; a file that includes its own directory ends by the set of files read. */
    private static final int MAX_FILES = 1000;

    private static final Pattern BLANKS = Pattern.compile("[\\s,:]+");
    private static final Pattern INCLUDE = Pattern.compile("include\\s+(.*)");

    public LdSoConf {
        directories = List.copyOf(directories);
    }

    /** A line of ld.so.conf. */
    sealed interface Line {
        record Directory(String path) implements Line {}

        /** Patterns of shell globs; a relative one begins at the directory of the file that it stands in. */
        record Include(List<String> patterns) implements Line {}
    }

    public static LdSoConf read(Host host) {
        Set<String> directories = new LinkedHashSet<>();
        read(host, START, new HashSet<>(), directories);
        glob(host, MUSL)
                .forEach(file -> host.read(file).stream()
                        .flatMap(BLANKS::splitAsStream)
                        .filter(word -> word.startsWith("/"))
                        .forEach(directories::add));
        return new LdSoConf(List.copyOf(directories));
    }

    private static void read(Host host, String file, Set<String> done, Set<String> directories) {
        if (done.size() >= MAX_FILES || !done.add(host.realPath(file).orElse(file))) {
            return;
        }
        for (Line line : parse(host.read(file).orElse(""))) {
            if (line instanceof Line.Directory directory) {
                directories.add(directory.path());
            } else if (line instanceof Line.Include include) {
                include.patterns().stream()
                        .flatMap(pattern -> glob(host, pattern.startsWith("/") ? pattern : "/etc/" + pattern).stream())
                        .forEach(included -> read(host, included, done, directories));
            }
        }
    }

    /** Comments, {@code hwcap} lines and whatever is no absolute path are skipped; a type ({@code /lib=libc6}) is cut off. */
    static List<Line> parse(String text) {
        List<Line> lines = new ArrayList<>();
        text.lines().map(LdSoConf::withoutComment).forEach(line -> {
            Matcher include = INCLUDE.matcher(line);
            if (include.matches()) {
                lines.add(new Line.Include(BLANKS.splitAsStream(include.group(1))
                        .filter(pattern -> !pattern.isEmpty())
                        .toList()));
            } else {
                BLANKS.splitAsStream(line)
                        .map(word -> word.indexOf('=') < 0 ? word : word.substring(0, word.indexOf('=')))
                        .filter(word -> word.startsWith("/"))
                        .forEach(word -> lines.add(new Line.Directory(word)));
            }
        });
        return lines;
    }

    private static String withoutComment(String line) {
        int hash = line.indexOf('#');
        return (hash < 0 ? line : line.substring(0, hash)).strip();
    }

    /** The files that a pattern names, sorted within each directory; only its last part may be a glob, as everywhere in use. */
    private static List<String> glob(Host host, String pattern) {
        int slash = pattern.lastIndexOf('/');
        String directory = pattern.substring(0, slash);
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern.substring(slash + 1));
            return host.names(directory.isEmpty() ? "/" : directory).stream()
                    .filter(name -> Mount.speakable("/" + name) && matcher.matches(Path.of(name)))
                    .map(name -> directory + "/" + name)
                    .toList();
        } catch (IllegalArgumentException malformed) {
            // PatternSyntaxException, or a pattern that is no text of this locale.
            return List.of();
        }
    }

    /** Those that exist and lie in none of the shared directories: libraries there are missing in guests. */
    public List<String> outside(Host host, FilesystemLayout layout) {
        return directories.stream()
                .flatMap(directory -> host.realPath(directory).stream())
                .filter(Mount::speakable)
                .filter(real -> layout.shares().stream().noneMatch(Path.of(real)::startsWith))
                .distinct()
                .toList();
    }
}
