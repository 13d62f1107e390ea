package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return Seed.of(
                host,
                store,
                ALLOWED,
                GuestEtc.read(etc, 1000, 1000),
                ReadablePrograms.of(host, top.resolve("readable")));
    }

    private Map<String, Ext4Reader.Entry> entries() throws IOException {
        return new Ext4Reader(Files.readAllBytes(seed().image())).entries();
    }

    private Ext4Reader.Entry entry(String path) throws IOException {
        return Optional.ofNullable(entries().get(path)).orElseThrow();
    }

    private String text(String path) throws IOException {
        return entry(path).text();
    }

    @Test
    void aProgramThatNobodyMayReadComesAsTheCopyOfIt() throws IOException {
        Path mount = file("usr/bin/mount", "ELF");
        Files.setPosixFilePermissions(mount, PosixFilePermissions.fromString("rwx--x--x"));
        Path copy = top.resolve("readable/usr/bin/mount");
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, "ELF");
        assertThat(text("shares/usr/bin/mount")).isEqualTo("ELF");
        assertThat(entry("shares/usr/bin/mount").mode() & 07777).isEqualTo(0755);
        assertThat(seed().sources()).contains(copy, mount);
        Path before = seed().image();
        Files.writeString(copy, "newer");
        assertThat(seed().image()).isNotEqualTo(before);
    }

    @Test
    void aCopyIsOfNoUseWhenTheOriginalIsGoneOrReadable() throws IOException {
        for (String name : List.of("readable/usr/bin/mount", "readable/usr/bin/su")) {
            Files.createDirectories(top.resolve(name).getParent());
            Files.writeString(top.resolve(name), "ELF");
        }
        Files.setPosixFilePermissions(file("usr/bin/su", "ELF"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(entries().keySet()).noneMatch(path -> path.startsWith("shares"));
    }

    @Test
    void itHasWhatIsOnTheListAndNothingElse() throws IOException {
        Map<String, Ext4Reader.Entry> entries = entries();
        assertThat(entries.entrySet().stream()
                        .filter(entry -> !entry.getValue().isDirectory())
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "etc/alternatives/vi",
                        "etc/fonts/conf.d/10.conf",
                        "etc/python3/a",
                        "etc/python3.11/b",
                        "var/lib/aspell/x",
                        "etc/pam.d/su",
                        "etc/passwd",
                        "etc/group",
                        "etc/hostname",
                        "etc/profile",
                        "etc/resolv.conf",
                        "etc/mtab",
                        "var/run",
                        "var/lock");
        assertThat(text("etc/alternatives/vi")).isEqualTo("/usr/bin/vim.tiny");
        assertThat(text("etc/python3/a")).isEqualTo("3");
    }

    @Test
    void whereDpkgIsItFindsWhatItTakesForGrantedAndNoForeignNames() throws IOException {
        Path before = seed().image();
        file("var/lib/dpkg/status", "Package: x\n");
        file("var/lib/dpkg/statoverride", "root host-group 2755 /usr/bin/x\n");
        assertThat(seed().image()).isNotEqualTo(before);
        assertThat(text("shares/var/lib/dpkg/statoverride")).isEmpty();
        assertThat(entry("etc/apt/sources.list.d").isDirectory()).isTrue();
        assertThat(entries()).doesNotContainKey("var/lib/dpkg/status");
    }

    @Test
    void allOfItIsRootsAndNothingIsSetuid() throws IOException {
        Path odd = file("etc/fonts/odd", "x");
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(entries().values()).allSatisfy(entry -> {
            assertThat(entry.uid()).isZero();
            assertThat(entry.gid()).isZero();
        });
        assertThat(entry("etc/fonts/odd").mode()).isEqualTo(0100755);
        assertThat(entry("etc/passwd").mode()).isEqualTo(0100644);
        assertThat(entry("var/tmp").mode()).isEqualTo(0041777);
    }

    @Test
    void noFearsOwnFilesWin() throws IOException {
        assertThat(text("etc/passwd")).contains("guest:x:1000:1000").doesNotContain("host");
    }

    @Test
    void unchangedItIsTheSameImage() {
        assertThat(seed().image()).isEqualTo(seed().image());
    }

    @Test
    void anAlternativeThatChangesIsSeen() throws IOException {
        Path before = seed().image();
        Path link = host.resolve("etc/alternatives/vi");
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("/usr/bin/nvim"));
        Seed after = seed();
        assertThat(after.image()).isNotEqualTo(before);
        assertThat(text("etc/alternatives/vi")).isEqualTo("/usr/bin/nvim");
        assertThat(after.sources()).contains(link, host.resolve("etc/alternatives"), host.resolve("etc/absent"));
    }

    @Test
    void whatAppearsOrChangesIsSeen() throws IOException {
        Path before = seed().image();
        file("etc/absent", "now there");
        assertThat(text("etc/absent")).isEqualTo("now there");
        Files.writeString(etc.resolve("hostname"), "changed\n");
        assertThat(text("etc/hostname")).isEqualTo("changed\n");
        assertThat(seed().image()).isNotEqualTo(before);
    }

    @Test
    void whatIsNotForEverybodyStaysOut() throws IOException {
        Path secret = file("etc/fonts/secret", "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        file("etc/fonts/private/key", "key");
        assertThat(entries()).doesNotContainKeys("etc/fonts/secret", "etc/fonts/private");
    }

    @Test
    void timesAreKept() throws IOException {
        Files.setLastModifiedTime(host.resolve("etc/fonts/conf.d/10.conf"), FileTime.fromMillis(1_000_000_000_999L));
        assertThat(entry("etc/fonts/conf.d/10.conf").time()).isEqualTo(1_000_000_000L);
    }

    @Test
    void onlyTheOwnerSeesTheStoreAndFewAreKept() throws IOException {
        Files.createDirectories(
                store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(store.resolve("of-an-older-version.cpio"), "");
        Files.setLastModifiedTime(store.resolve("of-an-older-version.cpio"), FileTime.fromMillis(0));
        for (int i = 0; i < 6; i++) {
            file("etc/absent", "x".repeat(i));
            seed();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
                .isEqualTo("rwx------");
        try (Stream<Path> left = Files.list(store)) {
            assertThat(left.toList()).hasSize(4).contains(seed().image());
        }
    }
}
