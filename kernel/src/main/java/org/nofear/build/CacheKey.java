package org.nofear.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** A SHA-256 over all that a built thing depends on: its name in the cache. */
public final class CacheKey {

    private static final int BUFFER = 1 << 16;
    private static final int SHOWN = 24;

    private final MessageDigest digest;

    /** Begins with what kind of thing it is. */
    public CacheKey(String kind) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
        add(kind);
    }

    public CacheKey add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return this;
    }

    /** A file's bytes. */
    public CacheKey addFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return this;
    }

    /**
     * A file by its path, size and time: for one that is too large to be read each time, and that only a package changes.
     */
    public CacheKey addIdentity(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return add(file + " " + attributes.size() + " "
                + attributes.lastModifiedTime().toMillis());
    }

    /** A directory by the paths, sizes and times of its files. */
    public CacheKey addTree(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            addIdentity(file);
        }
        return this;
    }

    /** The first 96 bits, in hexadecimal, of all that was added so far; as often as it is asked for. */
    public String hex() {
        try {
            // A digest starts anew once it is told: the copy's is.
            MessageDigest so = (MessageDigest) digest.clone();
            return HexFormat.of().formatHex(so.digest()).substring(0, SHOWN);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("every Java's SHA-256 can be cloned", impossible);
        }
    }
}
