package org.nofear.setup.snapshot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of a file: known by their SHA-256; read, for that as well, only when they are needed. */
public final class Content {

    private static final int BLOCK = 1 << 16;

    private final long size;
    private final Source source;
    private Optional<String> sha256;

    private Content(Optional<String> sha256, long size, Source source) {
        this.sha256 = sha256;
        this.size = size;
        this.source = source;
    }

    /** Where bytes come from. */
    private interface Source {
        InputStream open() throws IOException;
    }

    public static Content of(byte[] bytes) {
        byte[] copy = bytes.clone();
        return new Content(Optional.of(Digests.sha256(copy)), copy.length, () -> new ByteArrayInputStream(copy));
    }

    public static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The bytes of a file, which is read when somebody wants its digest and again when somebody wants its bytes: those of a
     * whole installation take a second to digest, and where they can be compared with what they are to be, nobody asks.
     *
     * @throws IOException when it cannot be read
     */
    public static Content of(Path file) throws IOException {
        Source source = () -> Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        source.open().close();
        long size = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .size();
        return new Content(Optional.empty(), size, source);
    }

    /** The bytes of a file whose digest is known already. */
    public static Content stored(Path file, String sha256, long size) {
        return new Content(Optional.of(sha256), size, () -> Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
    }

    /**
     * 64 hexadecimal digits, lower case.
     *
     * @throws UncheckedIOException when the file can't be read any more, or is another one by now
     */
    public String sha256() {
        String known = sha256.orElseGet(this::measured);
        sha256 = Optional.of(known);
        return known;
    }

    private String measured() {
        try (InputStream in = source.open()) {
            Digests.Measured measured = Digests.measure(in);
            if (measured.size() != size) {
                throw new IOException(
                        "a file changed while it was looked at: it had " + size + " bytes, and has " + measured.size());
            }
            return measured.sha256();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone.getMessage(), gone);
        }
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** The bytes; who copies them must compare their digest with {@link #sha256()}. */
    public InputStream open() throws IOException {
        return source.open();
    }

    /**
     * Whether a file holds these very bytes. Both are read, which takes less than a digest of one.
     *
     * @throws IOException when one of them cannot be read
     */
    public boolean sameBytes(Path file) throws IOException {
        try (InputStream mine = open();
                InputStream theirs = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] here = new byte[BLOCK];
            byte[] there = new byte[BLOCK];
            int read = BLOCK;
            while (read == BLOCK) {
                read = mine.readNBytes(here, 0, BLOCK);
                if (!Arrays.equals(here, 0, read, there, 0, theirs.readNBytes(there, 0, BLOCK))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The content as text, when it is UTF-8 without NUL and not longer than a limit in bytes. */
    public Optional<String> text(int limit) {
        if (size > limit) {
            return Optional.empty();
        }
        try (InputStream in = source.open()) {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in.readNBytes(limit)))
                    .toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException notText) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Content content
                && content.size == size
                && content.sha256().equals(sha256());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(size);
    }

    @Override
    public String toString() {
        return size + " bytes, sha256 " + sha256();
    }
}
