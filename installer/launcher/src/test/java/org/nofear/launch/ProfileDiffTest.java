package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileDiffTest {

    @TempDir
    Path host;

    @Test
    void pathsAreComparedWithTheHosts() throws IOException {
        Files.createDirectories(host.resolve("usr/bin"));
        Files.writeString(host.resolve("usr/bin/env"), "host");
        Files.createSymbolicLink(host.resolve("usr/bin/dangling"), Path.of("/nowhere"));
        Files.createDirectories(host.resolve("home/user"));

        String answer = "./usr/bin/sh\0\0.\0./usr\0./usr/bin\0./usr/new\0./home\0./home/user\0\0"
                + "./usr/bin/env\0./usr/bin/dangling\0./usr/new/a  b\n\0./home/user/f\0";

        assertThat(new ProfileDiff(host).parse(answer))
                .extracting(change -> change.kind() + " " + change.path())
                .containsExactly(
                        "ADDED /home/user",
                        "ADDED /home/user/f",
                        "CHANGED /usr/bin/dangling",
                        "CHANGED /usr/bin/env",
                        "DELETED /usr/bin/sh",
                        "ADDED /usr/new",
                        "ADDED /usr/new/a  b\n");
    }

    @Test
    void aProfileThatChangedNothing() {
        assertThat(new ProfileDiff(host).parse("\0.\0./usr\0./etc\0\0")).isEmpty();
    }
}
