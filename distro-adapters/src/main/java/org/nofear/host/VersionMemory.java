package org.nofear.host;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;

/**
 * What programs said of themselves, from one run to the next, in a file: root writes it, everybody reads it. It is a memory
 * and nothing else: without it, or when it cannot be read or written, programs are asked.
 */
final class VersionMemory {

    private static final String FILE_SUFFIX = ".file";
    private static final String OUTPUT = ".output";
    private static final String ERROR = ".error";

    private final Path file;
    private final boolean keeps;
    private final Properties answers = new Properties();

    /**
     * @param file in a directory that only root can change; it need not be there
     * @param keeps whether what is learned is written there: who only looks at the host changes nothing
     */
    VersionMemory(Path file, boolean keeps) {
        this.file = file;
        this.keeps = keeps;
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            try (Reader text = Files.newBufferedReader(file)) {
                answers.load(text);
            } catch (IOException | IllegalArgumentException unreadable) {
                answers.clear();
            }
        }
    }

    /**
     * A file at a time.
     *
     * @param path of the program, with what it is asked, and what it is after all links
     * @param state an upgrade brings another inode, a change in place another time of change
     */
    record Program(String path, String state) {}

    synchronized Optional<CommandResult> answer(Program program) {
        return program.state().equals(answers.getProperty(program.path() + FILE_SUFFIX))
                ? Optional.of(new CommandResult(
                        0,
                        answers.getProperty(program.path() + OUTPUT, ""),
                        answers.getProperty(program.path() + ERROR, ""),
                        false))
                : Optional.empty();
    }

    synchronized void keep(Program program, CommandResult result) {
        answers.setProperty(program.path() + FILE_SUFFIX, program.state());
        answers.setProperty(program.path() + OUTPUT, result.output());
        answers.setProperty(program.path() + ERROR, result.error());
        Path directory = file.getParent();
        if (keeps && directory != null && Files.isWritable(directory)) {
            try {
                write(directory);
            } catch (IOException notKept) {
                // It is asked again next time.
            }
        }
    }

    private void write(Path directory) throws IOException {
        Path whole = Files.createTempFile(
                directory,
                ".versions",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        try {
            try (Writer text = Files.newBufferedWriter(whole, StandardCharsets.UTF_8)) {
                answers.store(text, "What programs said of themselves");
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            // Of a full disk, say: nothing is left of what did not become the file.
            Files.deleteIfExists(whole);
        }
    }
}
