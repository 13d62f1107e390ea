package org.nofear.setup.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.nofear.setup.Failure;

/** A file that grows by whole records, each on the disk before {@link #append} returns. */
public final class AppendFile implements Closeable {

    private final Path path;
    private final FileChannel channel;
    private final Checkpoint checkpoint;

    AppendFile(Path path, FileChannel channel, Checkpoint checkpoint) {
        this.path = path;
        this.channel = channel;
        this.checkpoint = checkpoint;
    }

    /**
     * Adds a record and waits until the disk has it. A crash may leave a part of it; a failure (a full disk) leaves nothing of
     * it, so that a later record begins a line of its own.
     */
    public void append(byte[] record) throws IOException {
        long size = channel.size();
        int half = record.length / 2;
        try {
            write(ByteBuffer.wrap(record, 0, half));
            checkpoint.passed("half a record");
            write(ByteBuffer.wrap(record, half, record.length - half));
            checkpoint.passed("a record, not synced");
            channel.force(true);
        } catch (IOException failed) {
            channel.truncate(size);
            throw Failure.at(path, failed);
        }
        checkpoint.passed("a record");
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
