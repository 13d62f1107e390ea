package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private static final String AGENT = "agent!!!";

    @TempDir
    private Path top = Path.of(".");

    private Path host = Path.of(".");
    private Path store = Path.of(".");
    private Path etc = Path.of(".");
    private Path agent = Path.of(".");

    @BeforeEach
    void aHost() throws IOException {
        host = Files.createDirectory(top.resolve("host"));
        store = top.resolve("store");
        agent = Files.writeString(top.resolve("agent.cpio"), AGENT);
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
                agent,
                ALLOWED,
                GuestEtc.read(etc, 1000, 1000),
                ReadablePrograms.of(host, top.resolve("readable")));
    }

    private Map<String, Entry> entries() throws IOException {
        return Entry.read(Files.readAllBytes(seed().image()), AGENT.length());
    }

    private Entry entry(String path) throws IOException {
        return Optional.ofNullable(entries().get(path)).orElseThrow();
    }

    private String text(String path) throws IOException {
        return entry("seed/" + path).text();
    }

    @Test
    void aProgramThatNobodyMayReadComesAsTheCopyOfIt() throws IOException {
        Path mount = file("usr/bin/mount", "ELF");
        Files.setPosixFilePermissions(mount, PosixFilePermissions.fromString("rwx--x--x"));
        Path copy = top.resolve("readable/usr/bin/mount");
        Files.createDirectories(copy.getParent());
        Files.writeString(copy, "ELF");
        assertThat(text("shares/usr/bin/mount")).isEqualTo("ELF");
        assertThat(entry("seed/shares/usr/bin/mount").mode() & 07777).isEqualTo(0755);
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
        assertThat(entries().keySet()).noneMatch(path -> path.startsWith("seed/shares"));
    }

    @Test
    void itHasWhatIsOnTheListAndNothingElse() throws IOException {
        Map<String, Entry> entries = entries();
        assertThat(entries.entrySet().stream()
                        .filter(entry -> !entry.getValue().isDirectory())
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrder(
                        "seed/etc/alternatives/vi",
                        "seed/etc/fonts/conf.d/10.conf",
                        "seed/etc/python3/a",
                        "seed/etc/python3.11/b",
                        "seed/var/lib/aspell/x",
                        "seed/etc/passwd",
                        "seed/etc/group",
                        "seed/etc/hostname",
                        "seed/etc/profile",
                        "seed/etc/resolv.conf",
                        "seed/etc/mtab",
                        "seed/var/run",
                        "seed/var/lock");
        assertThat(text("etc/alternatives/vi")).isEqualTo("/usr/bin/vim.tiny");
        assertThat(text("etc/python3/a")).isEqualTo("3");
    }

    @Test
    void theAgentComesFirstAndEveryDirectoryBeforeWhatIsInIt() throws IOException {
        assertThat(Files.readString(seed().image(), StandardCharsets.ISO_8859_1))
                .startsWith(AGENT + "070701");
        Set<String> seen = new HashSet<>(Set.of(""));
        for (String path : entries().keySet()) {
            assertThat(seen).contains(path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "");
            seen.add(path);
        }
    }

    @Test
    void allOfItIsRootsAndNothingIsSetuid() throws IOException {
        Path odd = file("etc/fonts/odd", "x");
        Files.setPosixFilePermissions(odd, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(entries().values()).allSatisfy(entry -> {
            assertThat(entry.uid()).isZero();
            assertThat(entry.gid()).isZero();
        });
        assertThat(entry("seed/etc/fonts/odd").mode()).isEqualTo(0100755);
        assertThat(entry("seed/etc/passwd").mode()).isEqualTo(0100644);
        assertThat(entry("seed/var/tmp").mode()).isEqualTo(0041777);
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
        assertThat(after.sources()).contains(link, host.resolve("etc/alternatives"), host.resolve("etc/absent"), agent);
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
    void anotherAgentMakesAnotherImage() throws IOException {
        Path before = seed().image();
        Files.writeString(agent, "another");
        assertThat(seed().image()).isNotEqualTo(before);
    }

    @Test
    void whatIsNotForEverybodyStaysOut() throws IOException {
        Path secret = file("etc/fonts/secret", "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        file("etc/fonts/private/key", "key");
        assertThat(entries()).doesNotContainKeys("seed/etc/fonts/secret", "seed/etc/fonts/private");
    }

    @Test
    void timesAreKept() throws IOException {
        Files.setLastModifiedTime(host.resolve("etc/fonts/conf.d/10.conf"), FileTime.fromMillis(1_000_000_000_999L));
        assertThat(entry("seed/etc/fonts/conf.d/10.conf").time()).isEqualTo(1_000_000_000L);
    }

    @Test
    void onlyTheOwnerSeesTheStoreAndFewAreKept() throws IOException {
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

    /** An entry of a cpio archive. */
    private record Entry(int mode, int uid, int gid, long time, String text) {

        private static final int HEADER = 110;
        private static final int MAGIC = 6;
        private static final int FIELD = 8;
        private static final int NAME_FIELD = 11;
        private static final int SIZE_FIELD = 6;
        private static final int TIME_FIELD = 5;

        boolean isDirectory() {
            return (mode & 0170000) == 0040000;
        }

        static Map<String, Entry> read(byte[] archive, int start) {
            Map<String, Entry> entries = new LinkedHashMap<>();
            String all = new String(archive, start, archive.length - start, StandardCharsets.ISO_8859_1);
            int at = 0;
            while (at < all.length()) {
                String header = all.substring(at, at + HEADER);
                int nameLength = (int) field(header, NAME_FIELD);
                int size = (int) field(header, SIZE_FIELD);
                String name = all.substring(at + HEADER, at + HEADER + nameLength - 1);
                int content = aligned(at + HEADER + nameLength);
                if (name.equals("TRAILER!!!")) {
                    break;
                }
                entries.put(
                        name,
                        new Entry(
                                (int) field(header, 1),
                                (int) field(header, 2),
                                (int) field(header, 3),
                                field(header, TIME_FIELD),
                                all.substring(content, content + size)));
                at = aligned(content + size);
            }
            return entries;
        }

        private static long field(String header, int number) {
            int at = MAGIC + number * FIELD;
            return Long.parseLong(header.substring(at, at + FIELD), 16);
        }

        private static int aligned(int offset) {
            return (offset + 3) / 4 * 4;
        }
    }
}
