package org.nofear.setup.snapshot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** The bytes of a file: known by their SHA-256, read only when they are needed. */
public final class Content {

    private static final int BLOCK = 1 << 16;

    private final String sha256;
    private final long size;
    private final Source source;

    private Content(String sha256, long size, Source source) {
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
        return new Content(Digests.sha256(copy), copy.length, () -> new ByteArrayInputStream(copy));
    }

    public static Content of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The bytes of a file, which is read now for its digest and later again for its bytes.
     *
     * @throws IOException when it cannot be read
     */
    public static Content of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            Digests.Measured measured = Digests.measure(in);
            return stored(file, measured.sha256(), measured.size());
        }
    }

    /** The bytes of a file whose digest is known already. */
    public static Content stored(Path file, String sha256, long size) {
        return new Content(sha256, size, () -> Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
    }

    /** 64 hexadecimal digits, lower case. */
    public String sha256() {
        return sha256;
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
            byte[] here = mine.readNBytes(BLOCK);
            byte[] there = theirs.readNBytes(BLOCK);
            while (here.length > 0 && Arrays.equals(here, there)) {
                here = mine.readNBytes(BLOCK);
                there = theirs.readNBytes(BLOCK);
            }
            return here.length == 0 && there.length == 0;
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
        return other instanceof Content content && content.sha256.equals(sha256) && content.size == size;
    }

    @Override
    public int hashCode() {
        return Objects.hash(sha256, size);
    }

    @Override
    public String toString() {
        return size + " bytes, sha256 " + sha256;
    }
}
