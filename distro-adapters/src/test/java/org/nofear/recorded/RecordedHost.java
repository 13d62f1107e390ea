package org.nofear.recorded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.nofear.host.Host;
import org.nofear.host.ToolPath;

/** A distribution's recorded tree, {@code hosts/NAME/tree.txt}; how it is written stands in {@code hosts/README}. */
public record RecordedHost(List<RecordedEntry> entries) {

    private static final String INCLUDE = "include ";

    /** All recordings, by name: the list itself is {@code hosts/list.txt}. */
    public static Stream<String> names() {
        return resource("list.txt").stream();
    }

    public static RecordedHost named(String name) {
        return new RecordedHost(RecordedEntry.parse(included("%s/tree.txt".formatted(name))));
    }

    public static RecordedHost of(String text) {
        return new RecordedHost(RecordedEntry.parse(text.lines().toList()));
    }

    /** The lines of a recording, those of what it includes in their place. */
    private static List<String> included(String file) {
        return resource(file).stream()
                .flatMap(line -> line.startsWith(INCLUDE)
                        ? included(line.substring(INCLUDE.length())).stream()
                        : Stream.of(line))
                .toList();
    }

    /** The lines of a file below {@code hosts/} but for comments and blank ones. */
    static List<String> resource(String file) {
        try (InputStream stream = RecordedHost.class.getResourceAsStream("/hosts/" + file)) {
            if (stream == null) {
                throw new IllegalArgumentException("no recording hosts/" + file);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalStateException(file, unreadable);
        }
    }

    /** The tree laid out in a temporary directory, its programs never run. */
    public LaidOut offline() throws IOException {
        Path root = layOut();
        return new LaidOut(Host.offline(root));
    }

    /** The tree laid out in a temporary directory, with the recorded outputs of its programs. */
    public LaidOut answering() throws IOException {
        Path root = layOut();
        return new LaidOut(new Host(root, ToolPath.under(root), new RecordedCommands(entries), new OrdinaryUser()));
    }

    private Path layOut() throws IOException {
        Path root = Files.createTempDirectory("recorded");
        List<RecordedEntry> fromTheInside = new ArrayList<>(entries);
        Collections.reverse(fromTheInside);
        for (RecordedEntry entry : entries) {
            entry.layOut(root);
        }
        for (RecordedEntry entry : fromTheInside) {
            entry.setMode(root);
        }
        return root;
    }
}
