package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedTest {

    private static final EtcAllowList ALLOWED = EtcAllowList.parse("""
            etc/alternatives  # links
            etc/fonts         # a tree
            etc/python3*      # a pattern
            etc/passwd        # to be replaced
            etc/absent        # not there
            var/lib/aspell    # below var
            """);

    @TempDir
    private Path top = Path.of(".");

    private Path host = Path.of(".");
    private Path store = Path.of(".");
    private Path etc = Path.of(".");

    @BeforeEach
    void aHost() throws IOException {
        host = Files.createDirectory(top.resolve("host"));
        store = top.resolve("store");
        etc = new Library(Files.createDirectory(top.resolve("library"))).make().resolve("guest-etc");
        Files.createDirectories(host.resolve("etc/alternatives"));
        Files.createSymbolicLink(host.resolve("etc/alternatives/vi"), Path.of("/usr/bin/vim.tiny"));
        file("etc/fonts/conf.d/10.conf", "fonts");
        file("etc/python3/a", "3");
        file("etc/python3.11/b", "3.11");
        file("etc/passwd", "host:x:1:1::/:/bin/sh\n");
        file("etc/other", "not on the list");
        file("var/lib/aspell/x", "words");
    }

    private Path file(String path, String text) throws IOException {
        Path file = host.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private Seed seed() {
        return Seed.of(host, store, ALLOWED, GuestEtc.read(etc, 1000, 1000));
    }

    private String text(String path) throws IOException {
        return Files.readString(seed().directory().resolve(path));
    }

    @Test
    void itHasWhatIsOnTheListAndNothingElse() throws IOException {
        Path made = seed().directory();
        try (Stream<Path> files = Files.walk(made)) {
            assertThat(files.filter(path -> !Files.isDirectory(path))
                            .map(path -> made.relativize(path).toString()))
                    .containsExactlyInAnyOrder(
                            "etc/alternatives/vi",
                            "etc/fonts/conf.d/10.conf",
                            "etc/python3/a",
                            "etc/python3.11/b",
                            "var/lib/aspell/x",
                            "etc/passwd",
                            "etc/group",
                            "etc/hostname",
                            "etc/profile",
                            "etc/resolv.conf",
                            "etc/mtab");
        }
        assertThat(Files.readSymbolicLink(made.resolve("etc/alternatives/vi"))).isEqualTo(Path.of("/usr/bin/vim.tiny"));
    }

    @Test
    void noFearsOwnFilesWin() throws IOException {
        assertThat(text("etc/passwd")).contains("guest:x:1000:1000").doesNotContain("host");
    }

    @Test
    void unchangedItIsTheSameDirectory() {
        assertThat(seed().directory()).isEqualTo(seed().directory());
    }

    @Test
    void anAlternativeThatChangesIsSeen() throws IOException {
        Path before = seed().directory();
        Path link = host.resolve("etc/alternatives/vi");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("/usr/bin/nvim"));
        Seed after = seed();
        assertThat(after.directory()).isNotEqualTo(before);
        assertThat(Files.readSymbolicLink(after.directory().resolve("etc/alternatives/vi")))
                .isEqualTo(Path.of("/usr/bin/nvim"));
        assertThat(after.sources()).contains(link, host.resolve("etc/alternatives"), host.resolve("etc/absent"));
    }

    @Test
    void whatAppearsOrChangesIsSeen() throws IOException {
        Path before = seed().directory();
        file("etc/absent", "now there");
        assertThat(text("etc/absent")).isEqualTo("now there");
        Files.writeString(etc.resolve("hostname"), "changed\n");
        assertThat(text("etc/hostname")).isEqualTo("changed\n");
        assertThat(seed().directory()).isNotEqualTo(before);
    }

    @Test
    void whatIsNotForEverybodyStaysOut() throws IOException {
        Path secret = file("etc/fonts/secret", "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        file("etc/fonts/private/key", "key");
        assertThat(seed().directory().resolve("etc/fonts/secret")).doesNotExist();
        assertThat(seed().directory().resolve("etc/fonts/private")).doesNotExist();
    }

    @Test
    void timesAreKept() throws IOException {
        FileTime time = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(host.resolve("etc/fonts/conf.d/10.conf"), time);
        assertThat(Files.getLastModifiedTime(seed().directory().resolve("etc/fonts/conf.d/10.conf")))
                .isEqualTo(time);
    }

    @Test
    void onlyTheOwnerSeesTheStore() throws IOException {
        seed();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
                .isEqualTo("rwx------");
        try (Stream<Path> left = Files.list(store)) {
            assertThat(left.map(path -> path.getFileName().toString()).toList())
                    .noneMatch(name -> name.startsWith("."));
        }
    }
}
