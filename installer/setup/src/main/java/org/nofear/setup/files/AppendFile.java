package org.nofear.setup.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file that grows by whole records, each on the disk before {@link #append} returns. */
public final class AppendFile implements Closeable {

    private final FileChannel channel;
    private final Checkpoint checkpoint;

    AppendFile(FileChannel channel, Checkpoint checkpoint) {
        this.channel = channel;
        this.checkpoint = checkpoint;
    }

    /** Adds a record and waits until the disk has it. A crash may leave a part of it. */
    public void append(byte[] record) throws IOException {
        int half = record.length / 2;
        write(ByteBuffer.wrap(record, 0, half));
        checkpoint.passed("half a record");
        write(ByteBuffer.wrap(record, half, record.length - half));
        checkpoint.passed("a record, not synced");
        channel.force(true);
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
