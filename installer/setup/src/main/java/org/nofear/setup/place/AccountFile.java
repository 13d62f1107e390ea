package org.nofear.setup.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * A file of lines of fields, as group(5), gshadow(5) and passwd(5) are. It is edited here rather than by groupadd(8) and
 * its kin: those differ between distributions, keep back-ups (/etc/group-) that uninstall could not take back, and run only
 * on a live system. Any bytes are kept (ISO 8859-1), and so is a missing newline at the end.
 *
 * @param path absolute path on the host
 */
record AccountFile(String path) {

    static final AccountFile GROUP = new AccountFile("/etc/group");
    static final AccountFile SHADOW = new AccountFile("/etc/gshadow");
    static final AccountFile PASSWD = new AccountFile("/etc/passwd");

    private static final int ID_FIELD = 2;

    /** Whether the file is there and can be read. */
    boolean readable(Target target) throws IOException {
        return file(target).isPresent();
    }

    /** A link in its place could lead out of the tree, a pipe would block for ever: both are none. */
    private Optional<Path> file(Target target) throws IOException {
        return Optional.of(target.files().locate(path))
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(file));
    }

    private List<String> lines(Target target) throws IOException {
        Optional<Path> file = file(target);
        return file.isEmpty()
                ? List.of()
                : Arrays.asList(Files.readString(file.get(), StandardCharsets.ISO_8859_1)
                        .split("\n", -1));
    }

    /** The fields of the line of a name. */
    Optional<List<String>> find(Target target, String name) throws IOException {
        return lines(target).stream()
                .filter(line -> line.startsWith(latin(name) + ":"))
                .findFirst()
                .map(line -> Arrays.asList(line.split(":", -1)));
    }

    /** The number in the third field of the line of a name; a name that is a number stands for itself. */
    OptionalInt id(Target target, String name) throws IOException {
        if (name.matches("[0-9]{1,9}")) {
            return OptionalInt.of(Integer.parseInt(name));
        }
        if (name.equals("root")) {
            return OptionalInt.of(0);
        }
        Optional<Integer> number = find(target, name)
                .filter(fields -> fields.size() > ID_FIELD)
                .map(fields -> fields.get(ID_FIELD))
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::valueOf);
        return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
    }

    /** All numbers in third fields. */
    List<Integer> ids(Target target) throws IOException {
        return lines(target).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length > ID_FIELD && fields[ID_FIELD].matches("[0-9]{1,9}"))
                .map(fields -> Integer.valueOf(fields[ID_FIELD]))
                .toList();
    }

    /** Adds a line after the last ordinary one. */
    void add(Target target, String line) throws IOException {
        edit(target, lines -> {
            int end = lines.size();
            while (end > 0
                    && (lines.get(end - 1).isEmpty() || lines.get(end - 1).startsWith("+"))) {
                end--;
            }
            lines.add(end, latin(line));
            return lines;
        });
    }

    /** Removes the line of a name. */
    void remove(Target target, String name) throws IOException {
        edit(target, lines -> {
            lines.removeIf(line -> line.startsWith(latin(name) + ":"));
            return lines;
        });
    }

    /** Changes the fields of the line of a name. */
    void change(Target target, String name, UnaryOperator<List<String>> edit) throws IOException {
        edit(target, lines -> {
            lines.replaceAll(line -> line.startsWith(latin(name) + ":")
                    ? String.join(":", edit.apply(new ArrayList<>(Arrays.asList(line.split(":", -1)))))
                    : line);
            return lines;
        });
    }

    private void edit(Target target, UnaryOperator<List<String>> edit) throws IOException {
        List<String> before = lines(target);
        List<String> after = edit.apply(new ArrayList<>(before));
        if (!after.equals(before)) {
            target.files().rewrite(path, String.join("\n", after));
        }
    }

    /** A name as the bytes of the file give it. */
    static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
