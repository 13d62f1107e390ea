package org.nofear.setup.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A lock of the kernel's (fcntl) on a file: it ends with the process however that ends, and children don't have it. While it
 * is held, nothing in this process may open the file again: closing that would drop the lock.
 */
public final class LockFile implements Closeable {

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock at once or not at all. The file is made when it is missing, and stays.
     *
     * @param file in a directory that only root writes
     * @param holder written to the file for others to read
     * @return empty when another process has it
     */
    public static Optional<LockFile> tryLock(Path file, String holder) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Optional<FileLock> lock = Optional.empty();
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException heldByThisProcess) {
            // The same as held by another.
        } finally {
            if (lock.isEmpty()) {
                channel.close();
            }
        }
        if (lock.isEmpty()) {
            return Optional.empty();
        }
        if (!holder.isEmpty()) {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
        }
        return Optional.of(new LockFile(file, channel));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Gives the lock up and removes its file, which was not there before. */
    public void closeAndDelete() throws IOException {
        Files.deleteIfExists(file);
        channel.close();
    }
}
