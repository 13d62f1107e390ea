package org.nofear.setup.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;

/**
 * A file that the user names to have something written to it: a new one, that its owner alone can read.
 *
 * @param path where
 */
public record NewFile(Path path) {

    /**
     * Writes it.
     *
     * @throws UserError when there is something at the path, be it a link: it may be anybody's
     */
    public void write(String text) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (FileAlreadyExistsException there) {
            throw new UserError(ExitCode.FAILED, path + " is there already", "name a new file");
        }
    }
}
