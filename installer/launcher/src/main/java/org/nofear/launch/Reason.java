package org.nofear.launch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Why a file could not be used, in words: Java's exceptions tell it by their names. */
final class Reason {

    private Reason() {}

    static String of(IOException failed) {
        if (failed instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failed instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failed instanceof FileAlreadyExistsException existing) {
            return existing.getFile() + " is a file";
        }
        if (failed instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return Optional.ofNullable(failed.getMessage())
                .orElseGet(() -> failed.getClass().getSimpleName());
    }
}
