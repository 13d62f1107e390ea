package org.nofear.launch;

import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** A SHA-256 over the things that a generated thing depends on. */
final class Fingerprint {

    private static final int SHOWN = 32;

    private final MessageDigest digest;

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    void add(String name, String value) {
        digest.update((name + '\0' + value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** A file's identity: its content is taken to be unchanged while these are. */
    void add(String path, PosixFileAttributes attributes) {
        add(path, nanoseconds(attributes.lastModifiedTime()) + " " + attributes.size() + " " + attributes.fileKey());
    }

    /** The first 128 bits, in hexadecimal. */
    String hex() {
        return HexFormat.of().formatHex(digest.digest()).substring(0, SHOWN);
    }

    static long nanoseconds(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }
}
