package org.nofear.setup;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/** What went wrong with a file, in words: Java's own leave out either the file or what was wrong with it. */
public final class Failure {

    private Failure() {}

    /** The failure, naming a file when it names none. */
    public static IOException at(Path file, IOException failed) {
        if (failed instanceof FileSystemException) {
            return failed;
        }
        FileSystemException named = new FileSystemException(file.toString(), null, failed.getMessage());
        named.initCause(failed);
        return named;
    }

    /** One line: the file, and what is wrong with it. */
    public static String words(Throwable failed) {
        String message = Optional.ofNullable(failed.getMessage())
                .orElseGet(() -> failed.getClass().getSimpleName());
        if (failed instanceof FileSystemException file && file.getReason() == null) {
            return reason(file).map(reason -> message + ": " + reason).orElse(message);
        }
        return message;
    }

    private static Optional<String> reason(FileSystemException failed) {
        if (failed instanceof NoSuchFileException) {
            return Optional.of("no such file");
        } else if (failed instanceof AccessDeniedException) {
            return Optional.of("permission denied");
        } else if (failed instanceof DirectoryNotEmptyException) {
            return Optional.of("something else is in it");
        } else if (failed instanceof NotDirectoryException) {
            return Optional.of("is not a directory");
        } else if (failed instanceof FileAlreadyExistsException) {
            return Optional.of("is there already");
        }
        return Optional.empty();
    }
}
