package org.nofear.launch;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The host's menu entries, as far as they tell which programs have windows.
 *
 * @param programs names of programs that an entry starts as they are
 * @param terminal names of programs that entries start in a terminal only
 */
record MenuEntries(List<String> programs, List<String> terminal) {

    /** Where packages put them. */
    static final List<Path> SYSTEM =
            List.of(Path.of("/usr/local/share/applications"), Path.of("/usr/share/applications"));

    private static final List<String> WRAPPERS =
            List.of("env", "sh", "bash", "python3", "perl", "java", "flatpak", "snap");

    MenuEntries {
        programs = List.copyOf(programs);
        terminal = List.copyOf(terminal);
    }

    /** Reads the entries of some directories. */
    static MenuEntries of(List<Path> directories) {
        SortedSet<String> programs = new TreeSet<>();
        SortedSet<String> terminal = new TreeSet<>();
        for (Path file : files(directories)) {
            read(file)
                    .ifPresent(entry -> entry.program()
                            .filter(name -> !WRAPPERS.contains(name))
                            .ifPresent(name -> (entry.inTerminal() ? terminal : programs).add(name)));
        }
        terminal.removeAll(programs);
        return new MenuEntries(List.copyOf(programs), List.copyOf(terminal));
    }

    /** The entry of a name: its file's, or else the first that starts a program of that name. */
    static Optional<Path> find(List<Path> directories, String name) {
        List<Path> files = files(directories);
        return files.stream()
                .filter(file -> file.getFileName().toString().equals(name + ".desktop"))
                .findFirst()
                .or(() -> files.stream()
                        .filter(file -> read(file)
                                .flatMap(DesktopEntry::program)
                                .filter(name::equals)
                                .isPresent())
                        .findFirst());
    }

    static Optional<DesktopEntry> read(Path file) {
        try {
            return Optional.of(DesktopEntry.parse(Files.readAllLines(file)));
        } catch (MalformedInputException notText) {
            return Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static List<Path> files(List<Path> directories) {
        List<Path> files = new ArrayList<>();
        for (Path directory : directories) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, "*.desktop")) {
                stream.forEach(files::add);
            } catch (IOException absent) {
                continue;
            }
        }
        files.sort(null);
        return files;
    }
}
