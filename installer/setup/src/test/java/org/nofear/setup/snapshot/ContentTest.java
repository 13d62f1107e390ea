package org.nofear.setup.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    void aFileIsDigestedOnceAndOnlyWhenSomebodyAsks() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Content asked = Content.of(file);
        Content late = Content.of(file);
        assertThat(asked.sha256()).isEqualTo(Content.of("old").sha256());
        Files.writeString(file, "new");
        assertThat(asked.sha256()).isEqualTo(Content.of("old").sha256());
        assertThat(late.sha256()).isEqualTo(Content.of("new").sha256());
        assertThat(late).isNotEqualTo(asked).isEqualTo(Content.of("new"));
    }

    @Test
    void oneThatHasGrownOrGoneMeanwhileIsSaidToHave() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "old");
        Content grown = Content.of(file);
        Files.writeString(file, "longer");
        assertThatThrownBy(grown::sha256)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("3 bytes, and has 6");
        Files.delete(file);
        assertThatThrownBy(grown::sha256).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Content.of(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void whatIsLongerIsNotTheSame() throws IOException {
        assertThat(same(new byte[LONG - 1], new byte[LONG])).isFalse();
        assertThat(same(new byte[LONG], new byte[LONG - 1])).isFalse();
    }
}
