package org.nofear.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImageTest {

    private static final int HEADER = 110;

    @TempDir
    private Path directory = Path.of(".");

    private Path agent = Path.of("agent");

    @BeforeEach
    void anAgent() throws IOException {
        agent = Files.writeString(directory.resolve("agent"), "agent!!");
    }

    @Test
    void theAgentIsInitAndNothingElseIsThere() throws IOException {
        List<Entry> entries = read(new GuestImage(agent, List.of()).archive());
        assertThat(entries.stream().map(Entry::name))
                .containsExactly("dev", "dev/console", "proc", "sys", "init", "TRAILER!!!");
        assertThat(entries.get(1).mode()).isEqualTo(0020600);
        assertThat(entries.get(4).mode()).isEqualTo(0100755);
        assertThat(entries.get(4).content()).isEqualTo("agent!!");
    }

    @Test
    void driversKeepTheirOrder() throws IOException {
        Path b = Files.writeString(directory.resolve("b.ko"), "first");
        Path a = Files.writeString(directory.resolve("a.ko"), "second");
        List<Entry> entries = read(new GuestImage(agent, List.of(b, a)).archive());
        assertThat(entries.stream().map(Entry::name)).contains("modules/000-b.ko", "modules/001-a.ko");
        assertThat(entries.get(6).content()).isEqualTo("first");
    }

    @Test
    void theSameInputGivesTheSameBytes() throws IOException {
        byte[] first = new GuestImage(agent, List.of()).archive();
        Files.setLastModifiedTime(agent, java.nio.file.attribute.FileTime.fromMillis(0));
        assertThat(new GuestImage(agent, List.of()).archive()).isEqualTo(first);
    }

    /** Or QEMU puts its end over SeaBIOS's ACPI tables: see CpioWriter. */
    @Test
    void itEndsAtThatOfAPage() throws IOException {
        assertThat(new GuestImage(agent, List.of()).archive().length % 4096).isZero();
        Files.writeString(agent, "x".repeat(4000));
        assertThat(new GuestImage(agent, List.of()).archive().length % 4096).isZero();
    }

    private record Entry(String name, int mode, String content) {}

    /** Reads as the kernel does: a header, a name and the content, each on a multiple of four; zeros behind them. */
    private static List<Entry> read(byte[] archive) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (at < archive.length) {
            if (archive[at] == 0) {
                at++;
                continue;
            }
            assertThat(text(archive, at, 6)).isEqualTo("070701");
            int mode = field(archive, at, 1);
            int size = field(archive, at, 6);
            int nameSize = field(archive, at, 11);
            String name = text(archive, at + HEADER, nameSize - 1);
            int content = aligned(at + HEADER + nameSize);
            entries.add(new Entry(name, mode, text(archive, content, size)));
            at = aligned(content + size);
        }
        return entries;
    }

    private static int field(byte[] archive, int at, int number) {
        return Integer.parseInt(text(archive, at + 6 + 8 * number, 8), 16);
    }

    private static String text(byte[] archive, int at, int length) {
        return new String(archive, at, length, StandardCharsets.US_ASCII);
    }

    private static int aligned(int at) {
        return (at + 3) / 4 * 4;
    }
}
