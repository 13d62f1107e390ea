package org.nofear.launch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The harmless part of the host's configuration: what programs of the shared /usr need and no secret is in.
 *
 * @param entries in the order of the list
 */
public record EtcAllowList(List<Entry> entries) {

    private static final String RESOURCE = "etc-allow.list";

    public EtcAllowList {
        entries = List.copyOf(entries);
    }

    /**
     * One path.
     *
     * @param path relative to the root, {@code etc/...} or {@code var/...}; {@code *} stands for any characters of a name
     * @param reason why a guest needs it
     */
    public record Entry(String path, String reason) {}

    /** The list that is part of the launcher. */
    public static EtcAllowList builtIn() {
        try (InputStream in = EtcAllowList.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the launcher's jar");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }

    /** Lines {@code PATH  # REASON}; empty lines and those that begin with # are for the reader. */
    static EtcAllowList parse(String text) {
        return new EtcAllowList(text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(EtcAllowList::entry)
                .toList());
    }

    private static Entry entry(String line) {
        int hash = line.indexOf('#');
        return hash < 0
                ? new Entry(line, "")
                : new Entry(
                        line.substring(0, hash).strip(),
                        line.substring(hash + 1).strip());
    }
}
