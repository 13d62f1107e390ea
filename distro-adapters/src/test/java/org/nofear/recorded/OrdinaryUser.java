package org.nofear.recorded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.host.NativeOs;

/** The system calls of an ordinary user, whoever runs the tests: nothing has extended attributes, none may be set. */
record OrdinaryUser() implements NativeOs {

    @Override
    public int effectiveUserId() {
        return 1000;
    }

    @Override
    public Optional<byte[]> extendedAttribute(Path file, String name) {
        return Optional.empty();
    }

    @Override
    public List<String> extendedAttributeNames(Path file) {
        return List.of();
    }

    @Override
    public void setExtendedAttribute(Path file, String name, byte[] value) throws IOException {
        throw new IOException(file + ": not permitted");
    }

    @Override
    public void removeExtendedAttribute(Path file, String name) throws IOException {
        throw new IOException(file + ": not permitted");
    }

    @Override
    public int landlockAbi() {
        return 0;
    }
}
