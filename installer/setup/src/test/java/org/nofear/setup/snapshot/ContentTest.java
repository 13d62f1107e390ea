package org.nofear.setup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {

    /** More than is compared at once. */
    private static final int LONG = (1 << 16) + 1;

    @TempDir
    private Path directory;

    private boolean same(byte[] here, byte[] there) throws IOException {
        return Content.of(here).sameBytes(Files.write(directory.resolve("there"), there));
    }

    @Test
    void theSameBytesAreTheSame() throws IOException {
        assertThat(same(new byte[0], new byte[0])).isTrue();
        assertThat(same(new byte[LONG], new byte[LONG])).isTrue();
    }

    @Test
    void oneByteThatDiffersIsFoundInEachBlock() throws IOException {
        for (int at : new int[] {0, LONG - 2, LONG - 1}) {
            byte[] other = new byte[LONG];
            other[at] = 1;
            assertThat(same(new byte[LONG], other)).as("at " + at).isFalse();
        }
    }

    @Test
    void whatIsLongerIsNotTheSame() throws IOException {
        assertThat(same(new byte[LONG - 1], new byte[LONG])).isFalse();
        assertThat(same(new byte[LONG], new byte[LONG - 1])).isFalse();
    }
}
