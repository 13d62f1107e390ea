package org.nofear.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What e2fsprogs finds in the images: its programs look at a file of this test's only. */
class Ext4WriterTest {

    @TempDir
    private Path directory = Path.of(".");

    private final Ext4Writer writer = new Ext4Writer();

    @BeforeEach
    void e2fsprogsIsThere() {
        assumeTrue(Files.isExecutable(Path.of("/sbin/e2fsck")), "e2fsprogs is not installed");
        assumeTrue(Files.isExecutable(Path.of("/sbin/debugfs")), "debugfs is not installed");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path image() throws IOException {
        return Files.write(directory.resolve("image"), writer.finish());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static void isClean(Path image) throws IOException, InterruptedException {
        assertThat(run("/sbin/e2fsck", "-f", "-n", image.toString())).doesNotContain("?");
    }

    private static String debugfs(Path image, String request) throws IOException, InterruptedException {
        return run("/sbin/debugfs", "-R", request, image.toString());
    }

    @Test
    void anEmptyOneIsClean() throws IOException, InterruptedException {
        isClean(image());
    }

    @Test
    void whatIsWrittenIsThere() throws IOException, InterruptedException {
        writer.directory("etc", 0755);
        writer.directory("etc/empty", 01777);
        writer.file("etc/hosts", 0644, 1_000_000_000L, bytes("127.0.0.1 localhost\n"));
        writer.file("etc/nothing", 0600, 0, new byte[0]);
        writer.file("etc/program", 0755, 0, bytes("x".repeat(4096)));
        writer.link("etc/short", "/run/lock");
        writer.link("etc/full", "y".repeat(59));
        writer.link("etc/long", "z".repeat(60));
        Path image = image();
        isClean(image);
        assertThat(debugfs(image, "cat /etc/hosts")).endsWith("127.0.0.1 localhost\n");
        assertThat(debugfs(image, "cat /etc/program")).endsWith("x".repeat(4096));
        assertThat(debugfs(image, "stat /etc/short")).contains("Fast link dest: \"/run/lock\"");
        assertThat(debugfs(image, "stat /etc/full")).contains("Fast link dest: \"" + "y".repeat(59) + "\"");
        assertThat(debugfs(image, "cat /etc/long")).endsWith("z".repeat(60));
        assertThat(debugfs(image, "stat /etc/empty")).contains("Mode:  01777");
        assertThat(debugfs(image, "stat /etc/hosts"))
                .contains("Mode:  0644")
                .containsPattern("User: +0 +Group: +0 ")
                .contains("mtime: 0x3b9aca00:00000000");
    }

    @Test
    void timesAfter2038AreTold() throws IOException, InterruptedException {
        writer.file("late", 0644, (1L << 32) + 5, new byte[0]);
        writer.file("later", 0644, (1L << 31) + 7, new byte[0]);
        Path image = image();
        isClean(image);
        assertThat(debugfs(image, "stat /late")).contains("mtime: 0x00000005:00000001");
        assertThat(debugfs(image, "stat /later")).contains("mtime: 0x80000007:00000001");
    }

    @Test
    void aDirectoryGoesOverManyBlocks() throws IOException, InterruptedException {
        writer.directory("many", 0755);
        for (int i = 0; i < 3000; i++) {
            writer.file("many/" + "n".repeat(1 + i % 200) + i, 0644, 0, bytes(Integer.toString(i)));
        }
        Path image = image();
        isClean(image);
        assertThat(debugfs(image, "cat /many/" + "n".repeat(200) + 2999)).endsWith("2999");
    }

    @Test
    void moreThanAGroupHolds() throws IOException, InterruptedException {
        byte[] large = new byte[200 << 20];
        large[large.length - 1] = 'e';
        writer.file("first", 0644, 0, bytes("1"));
        writer.file("large", 0644, 0, large);
        writer.file("last", 0644, 0, bytes("2"));
        Path image = image();
        isClean(image);
        assertThat(debugfs(image, "cat /last")).endsWith("2");
        assertThat(debugfs(image, "cat /large")).hasSizeGreaterThan(200 << 20).endsWith("\0e");
    }

    @Test
    void theSameEntriesGiveTheSameBytesAndOthersAnotherName() {
        writer.file("a", 0644, 0, bytes("1"));
        Ext4Writer second = new Ext4Writer();
        second.file("a", 0644, 0, bytes("1"));
        Ext4Writer other = new Ext4Writer();
        other.file("a", 0644, 0, bytes("2"));
        byte[] image = writer.finish();
        assertThat(second.finish()).isEqualTo(image);
        assertThat(uuid(other.finish())).isNotEqualTo(uuid(image));
    }

    private static byte[] uuid(byte[] image) {
        return java.util.Arrays.copyOfRange(image, 1024 + 0x68, 1024 + 0x78);
    }

    @Test
    void nothingIsWithoutItsDirectory() {
        assertThatThrownBy(() -> writer.file("etc/hosts", 0644, 0, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("etc/hosts");
    }
}
