package org.nofear.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of the guest's /etc that are NoFear's own: who the guest is, which must not be who the host is. Install has written
 * them to the library; the caller's numbers are filled in here.
 *
 * @param directory they are in
 * @param files texts by path below /etc
 * @param user the guest user's name: never the host user's
 * @param home of the guest user
 * @param hostName of the guest
 */
public record GuestEtc(Path directory, Map<String, String> files, String user, String home, String hostName) {

    private static final String UID = "${uid}";
    private static final String GID = "${gid}";
    private static final String PASSWD = "passwd";
    private static final String GROUP = "group";
    private static final int NUMBER = 2;
    private static final int HOME = 5;

    /** Links by path below /etc: what is known only in the guest. */
    private static final Map<String, String> LINKS =
            Map.of("resolv.conf", "../run/nofear/resolv.conf", "mtab", "../proc/self/mounts");

    public GuestEtc {
        files = Map.copyOf(files);
    }

    /**
     * Reads the files.
     *
     * @param directory {@code PREFIX/lib/nofear/guest-etc}
     * @param uid of the caller: files in shared folders keep their owner
     * @param gid of the caller
     * @throws LaunchError when NoFear is not installed completely
     */
    public static GuestEtc read(Path directory, int uid, int gid) {
        Map<String, String> texts = texts(directory);
        List<String> user = texts.getOrDefault(PASSWD, "")
                .lines()
                .map(line -> List.of(line.split(":", -1)))
                .filter(fields -> fields.size() > HOME && fields.get(NUMBER).equals(UID))
                .findFirst()
                .orElseThrow(() -> incomplete(directory.resolve(PASSWD)));
        String hostName = texts.getOrDefault("hostname", "").strip();
        if (hostName.isEmpty()) {
            throw incomplete(directory.resolve("hostname"));
        }
        Map<String, String> files = new TreeMap<>();
        texts.forEach((name, text) -> {
            String filled = text.replace(UID, Integer.toString(uid)).replace(GID, Integer.toString(gid));
            files.put(name, name.equals(PASSWD) || name.equals(GROUP) ? withoutTwins(filled) : filled);
        });
        return new GuestEtc(directory, files, user.get(0), user.get(HOME), hostName);
    }

    /** Links by path below /etc. */
    public Map<String, String> links() {
        return LINKS;
    }

    /** Whether a path of the host, etc/..., gives way to one of these. */
    boolean replaces(Path path) {
        if (path.getNameCount() < 2 || !path.startsWith("etc")) {
            return false;
        }
        String first = path.getName(1).toString();
        return files.containsKey(first)
                || files.containsKey(path.subpath(1, path.getNameCount()).toString())
                || LINKS.containsKey(first);
    }

    /** What it was made from. */
    List<Path> sources() {
        Set<Path> sources = new TreeSet<>(List.of(directory));
        files.keySet().stream().map(directory::resolve).forEach(file -> {
            sources.add(file.getParent());
            sources.add(file);
        });
        return List.copyOf(sources);
    }

    private static Map<String, String> texts(Path directory) {
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.filter(Files::isRegularFile).toList()) {
                texts.put(directory.relativize(entry).toString(), Files.readString(entry, StandardCharsets.UTF_8));
            }
        } catch (IOException | UncheckedIOException unreadable) {
            throw incomplete(directory);
        }
        return texts;
    }

    /** A caller's number may be one of the list's already (root, or Debian's "users" as a login group): the first line wins. */
    private static String withoutTwins(String text) {
        Set<String> taken = new HashSet<>();
        StringBuilder kept = new StringBuilder();
        text.lines().forEach(line -> {
            String[] fields = line.split(":", -1);
            if (fields.length <= NUMBER || taken.add(fields[NUMBER])) {
                kept.append(line).append('\n');
            }
        });
        return kept.toString();
    }

    private static LaunchError incomplete(Path missing) {
        return LaunchError.failed(
                "cannot use " + missing + ": run \"sudo nofear-setup install\" to complete the installation");
    }
}
