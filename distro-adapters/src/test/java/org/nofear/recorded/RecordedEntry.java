package org.nofear.recorded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An entry of a recorded tree. */
sealed interface RecordedEntry {

    /** Makes what the entry tells of, with its parents. */
    void layOut(Path root) throws IOException;

    /** Sets its mode, when the whole tree is laid out: a directory may be one that cannot be entered. */
    default void setMode(Path root) throws IOException {}

    record Directory(String path, int mode) implements RecordedEntry {
        @Override
        public void layOut(Path root) throws IOException {
            Files.createDirectories(under(root, path));
        }

        @Override
        public void setMode(Path root) throws IOException {
            Files.setAttribute(under(root, path), "unix:mode", mode);
        }
    }

    record RegularFile(String path, int mode, String text) implements RecordedEntry {
        @Override
        public void layOut(Path root) throws IOException {
            Files.writeString(withParents(under(root, path)), text);
        }

        @Override
        public void setMode(Path root) throws IOException {
            Files.setAttribute(under(root, path), "unix:mode", mode);
        }
    }

    record Link(String path, String target) implements RecordedEntry {
        @Override
        public void layOut(Path root) throws IOException {
            Files.createSymbolicLink(withParents(under(root, path)), Path.of(target));
        }
    }

    /** What a program printed. */
    record Output(List<String> argv, int status, String text) implements RecordedEntry {
        @Override
        public void layOut(Path root) {}
    }

    private static Path under(Path root, String path) {
        return root.resolve(path.substring(1));
    }

    private static Path withParents(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return file;
    }

    /**
     * {@code dir PATH [MODE]}, {@code file PATH [MODE]} and its text in lines that begin with {@code | }, {@code program PATH...},
     * {@code link PATH -> TARGET}, {@code run STATUS ARGV} and its output in such lines.
     */
    static List<RecordedEntry> parse(List<String> lines) {
        List<RecordedEntry> entries = new ArrayList<>();
        for (int next = 0; next < lines.size(); ) {
            String line = lines.get(next++);
            StringBuilder text = new StringBuilder();
            while (next < lines.size() && lines.get(next).startsWith("|")) {
                String content = lines.get(next++).substring(1);
                text.append(content.startsWith(" ") ? content.substring(1) : content)
                        .append('\n');
            }
            List<String> words = List.of(line.split(" +"));
            switch (words.get(0)) {
                case "dir" -> entries.add(new Directory(words.get(1), mode(words, 0755)));
                case "file" -> entries.add(new RegularFile(words.get(1), mode(words, 0644), text.toString()));
                case "program" -> words.stream().skip(1).forEach(path -> entries.add(new RegularFile(path, 0755, "")));
                case "link" -> entries.add(new Link(words.get(1), words.get(3)));
                case "run" ->
                    entries.add(new Output(
                            words.subList(2, words.size()), Integer.parseInt(words.get(1)), text.toString()));
                default -> throw new IllegalArgumentException("no entry of a recorded tree: " + line);
            }
        }
        return entries;
    }

    private static int mode(List<String> words, int usual) {
        return words.size() > 2 ? Integer.parseInt(words.get(2), 8) : usual;
    }
}
