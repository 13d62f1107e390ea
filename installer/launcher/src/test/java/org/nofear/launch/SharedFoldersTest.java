package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.launch.RunOptions.SharedFolder;

class SharedFoldersTest {

    @TempDir
    private Path top = Path.of(".");

    private Path photos = Path.of(".");
    private WritableFolders writable = new WritableFolders(Path.of("."));

    @BeforeEach
    void aDirectory() throws IOException {
        top = top.toRealPath();
        photos = Files.createDirectory(top.resolve("photos"));
        writable = new WritableFolders(top.resolve("home/.writable"));
    }

    private List<SharedFolder> parse(String... words) {
        return new SharedFolders(List.of(words), writable).parse();
    }

    private static SharedFolder folder(Path directory, String place, boolean readOnly, Path... links) {
        return new SharedFolder(directory, FileId.of(directory).orElseThrow(), place, readOnly, List.of(links));
    }

    /** As a run does that shares it for writing. */
    private void givenToAGuest(Path directory) {
        writable.add(List.of(
                new WritableFolders.Folder(directory, FileId.of(directory).orElseThrow())));
    }

    @Test
    void aDirectoryIsAtSharedUnlessAPlaceIsGiven() {
        assertThat(parse(photos.toString())).containsExactly(folder(photos, "/shared", false));
        assertThat(parse(photos + ":ro")).containsExactly(folder(photos, "/shared", true));
        assertThat(parse(photos + "=/a/b")).containsExactly(folder(photos, "/a/b", false));
        assertThat(parse(photos + "=/a/b:ro")).containsExactly(folder(photos, "/a/b", true));
    }

    @Test
    void noFolderTakesThePlaceOfTheKernelsOwnFiles() {
        for (String place : List.of("/proc", "/proc/x", "/sys/fs/x", "/dev", "/dev/shm/../x")) {
            assertThatThrownBy(() -> parse(photos + "=" + place))
                    .isInstanceOf(LaunchError.class)
                    .hasMessageContaining("there can't be a folder at /");
        }
        assertThat(parse(photos + "=/dev/shm/x")).containsExactly(folder(photos, "/dev/shm/x", false));
    }

    @Test
    void aNameThatLooksLikeAnOptionIsTakenAsItIs() throws IOException {
        Path odd = Files.createDirectories(top.resolve("x=/y:ro"));
        assertThat(parse(odd.toString())).containsExactly(folder(odd, "/shared", false));
        Path equals = Files.createDirectories(top.resolve("k=/v"));
        assertThat(parse(equals + ":ro")).containsExactly(folder(equals, "/shared", true));
    }

    @Test
    void aLinkIsResolvedHere() throws IOException {
        Path link = Files.createSymbolicLink(top.resolve("link"), photos);
        assertThat(parse(link.toString())).containsExactly(folder(photos, "/shared", false, link));
    }

    @Test
    void placesAreNormalAndNotTheRoot() {
        assertThat(parse(photos + "=/a/../b/./c").get(0).mountPoint()).isEqualTo("/b/c");
        assertThatThrownBy(() -> parse(photos + "=/")).hasMessageContaining("place of /");
        assertThatThrownBy(() -> parse(photos + "=/a/..")).hasMessageContaining("place of /");
    }

    @Test
    void twoFoldersNeedTwoPlaces() {
        assertThat(parse(photos.toString(), top + "=/top")).hasSize(2);
        assertThatThrownBy(() -> parse(photos.toString(), top.toString())).hasMessageContaining("/shared");
    }

    @Test
    void whatIsNotThereOrNoDirectoryIsNamed() throws IOException {
        assertThatThrownBy(() -> parse(top + "/absent:ro")).hasMessageContaining(top + "/absent");
        Path file = Files.writeString(top.resolve("file"), "");
        assertThatThrownBy(() -> parse(file.toString())).hasMessageContaining("is no directory");
    }

    /** A guest had top/a, and put a link in the place of top/a/c: the same words would share top/other/b by now. */
    @Test
    void aLinkThatAGuestMayHaveMadeIsNotFollowed() throws IOException {
        Path inner = Files.createDirectories(top.resolve("a/c/b"));
        Path other = Files.createDirectories(top.resolve("other/b"));
        assertThat(parse(inner.toString())).hasSize(1);
        givenToAGuest(top.resolve("a"));
        assertThat(parse(inner.toString())).as("no link, no question").hasSize(1);
        Files.move(top.resolve("a/c"), top.resolve("a/c2"));
        Path link = Files.createSymbolicLink(top.resolve("a/c"), top.resolve("other"));
        for (String word : List.of(inner.toString(), inner + ":ro", inner + "=/x", link.toString())) {
            assertThatThrownBy(() -> parse(word))
                    .isInstanceOf(LaunchError.class)
                    .hasMessageContaining(link + " is a link in " + top.resolve("a"))
                    .hasMessageContaining("give " + (word.contains("c/b") ? other : other.getParent()));
        }
        assertThat(parse(other.toString())).containsExactly(folder(other, "/shared", false));
    }

    @Test
    void norIsOneThatTheCallersOwnLinkLeadsTo() throws IOException {
        Files.createDirectories(top.resolve("a"));
        Path own = Files.createSymbolicLink(top.resolve("own"), top.resolve("a/c"));
        Files.createSymbolicLink(top.resolve("a/c"), photos);
        assertThat(parse(own.toString())).containsExactly(folder(photos, "/shared", false, own, top.resolve("a/c")));
        givenToAGuest(top.resolve("a"));
        assertThatThrownBy(() -> parse(own.toString())).hasMessageContaining(top.resolve("a/c") + " is a link");
        assertThatThrownBy(() -> parse(top + "/a/../own")).hasMessageContaining(top.resolve("a/c") + " is a link");
    }

    @Test
    void aFolderIsKnownAlsoWhereItWasMovedAndUnderItsOldName() throws IOException {
        Files.createDirectories(top.resolve("a/in"));
        givenToAGuest(top.resolve("a"));
        Files.createSymbolicLink(top.resolve("a/in/link"), photos);
        Files.move(top.resolve("a"), top.resolve("moved"));
        assertThatThrownBy(() -> parse(top + "/moved/in/link")).hasMessageContaining("is a link in " + top + "/moved");
        Files.createDirectories(top.resolve("a"));
        Files.createSymbolicLink(top.resolve("a/link"), photos);
        assertThatThrownBy(() -> parse(top + "/a/link")).hasMessageContaining("is a link in " + top + "/a");
    }

    @Test
    void whatAGuestCalledALinkIsPrintedWithoutControlCharacters() throws IOException {
        Files.createDirectories(top.resolve("a"));
        givenToAGuest(top.resolve("a"));
        Path link = Files.createSymbolicLink(top.resolve("a/\u001b]0;title\u0007"), photos);
        assertThatThrownBy(() -> parse(link.toString()))
                .hasMessageContaining("a/?]0;title? is a link")
                .hasMessageNotContaining("\u001b");
    }

    @Test
    void whatIsInsideAFolderForWritingIsNotReadOnly() throws IOException {
        Path inner = Files.createDirectories(photos.resolve("in/ner"));
        for (Path one : List.of(inner, photos)) {
            assertThatThrownBy(() -> parse(photos + "=/a", one + "=/b:ro"))
                    .isInstanceOf(LaunchError.class)
                    .hasMessageContaining(one + ":ro is inside " + photos);
            assertThatThrownBy(() -> parse(one + "=/b:ro", photos + "=/a")).isInstanceOf(LaunchError.class);
        }
        assertThat(parse(photos + "=/a:ro", inner + "=/b")).hasSize(2);
        assertThat(parse(photos + "=/a:ro", inner + "=/b:ro")).hasSize(2);
        assertThat(parse(photos + "=/a", inner + "=/b")).hasSize(2);
    }

    @Test
    void outerPlacesComeBeforeThoseInside() {
        assertThat(parse(photos + "=/a/b/c", top + "=/a", photos + "=/a/b"))
                .extracting(SharedFolder::mountPoint)
                .containsExactly("/a", "/a/b", "/a/b/c");
    }
}
