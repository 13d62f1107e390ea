package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.launch.WritableFolders.Folder;

class WritableFoldersTest {

    @TempDir
    private Path top = Path.of(".");

    private WritableFolders writable = new WritableFolders(Path.of("."));

    @BeforeEach
    void aHome() {
        writable = new WritableFolders(top.resolve("home/.writable"));
    }

    private Folder folder(String name) throws IOException {
        Path path = Files.createDirectories(top.resolve(name));
        return new Folder(path, FileId.of(path).orElseThrow());
    }

    @Test
    void whatWasAddedHoldsAllThatIsInside() throws IOException {
        Folder odd = folder("a\\b\nc d");
        assertThat(writable.holding(odd.path())).isEmpty();
        writable.add(List.of(odd));
        writable.add(List.of(folder("other"), odd));
        Path inside = Files.createDirectories(odd.path().resolve("x/y"));
        assertThat(writable.holding(inside)).contains(odd);
        assertThat(writable.holding(odd.path())).contains(odd);
        assertThat(writable.holding(top)).isEmpty();
        assertThat(writable.holding(Path.of("/"))).isEmpty();
        assertThat(Files.readAllLines(writable.file())).hasSize(3);
    }

    @Test
    void itIsItsOwnersAndNothingIsLeftBesideIt() throws IOException {
        writable.add(List.of(folder("a")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(writable.file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(top.resolve("home"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(".writable", ".writable.lock");
        }
    }

    @Test
    void nothingToAddWritesNothing() throws IOException {
        writable.add(List.of());
        assertThat(writable.file()).doesNotExist();
        writable.add(List.of(folder("a")));
        Object before = Files.getAttribute(writable.file(), "unix:ino");
        writable.add(List.of(folder("a")));
        assertThat(Files.getAttribute(writable.file(), "unix:ino")).isEqualTo(before);
    }

    @Test
    void whatCannotBeReadTrustsNothing() throws IOException {
        Folder folder = folder("a");
        writable.add(List.of(folder));
        String good = Files.readString(writable.file());
        for (String bad : List.of(
                "",
                "nofear-writable-1",
                "x\n",
                good + "1:2 relative\n",
                good + "12 /a\n",
                good + "1:x /a\n",
                good + "1:2 /a")) {
            Files.writeString(writable.file(), bad);
            assertThatThrownBy(() -> writable.holding(top))
                    .as(bad)
                    .hasMessageContaining(writable.file() + " is damaged");
            assertThatThrownBy(() -> writable.add(List.of(folder))).isInstanceOf(LaunchError.class);
            writable.add(List.of());
        }
        Files.delete(writable.file());
        Files.createSymbolicLink(writable.file(), top.resolve("nowhere"));
        assertThatThrownBy(() -> writable.holding(top)).hasMessageContaining("is damaged");
        Files.delete(writable.file());
        Files.createDirectory(writable.file());
        assertThatThrownBy(() -> writable.holding(top)).hasMessageContaining("is damaged");
    }

    @Test
    void ofMoreThanItHoldsThoseThatAreGoneAreLeftOut() throws IOException {
        List<Folder> gone = IntStream.range(0, 4096)
                .mapToObj(number -> new Folder(top.resolve("gone" + number), new FileId(1, number)))
                .toList();
        writable.add(gone);
        Folder there = folder("there");
        writable.add(List.of(there));
        assertThat(Files.readAllLines(writable.file())).hasSize(2);
        assertThat(writable.holding(there.path())).contains(there);
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsAnError() throws IOException {
        Files.writeString(top.resolve("home"), "a file");
        assertThatThrownBy(() -> writable.add(List.of(folder("a"))))
                .isInstanceOf(LaunchError.class)
                .hasMessageContaining(writable.file().toString());
    }
}
