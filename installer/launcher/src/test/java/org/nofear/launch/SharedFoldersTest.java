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

    @BeforeEach
    void aDirectory() throws IOException {
        top = top.toRealPath();
        photos = Files.createDirectory(top.resolve("photos"));
    }

    private List<SharedFolder> parse(String... words) {
        return new SharedFolders(List.of(words)).parse();
    }

    @Test
    void aDirectoryIsAtSharedUnlessAPlaceIsGiven() {
        assertThat(parse(photos.toString())).containsExactly(new SharedFolder(photos, "/shared", false));
        assertThat(parse(photos + ":ro")).containsExactly(new SharedFolder(photos, "/shared", true));
        assertThat(parse(photos + "=/a/b")).containsExactly(new SharedFolder(photos, "/a/b", false));
        assertThat(parse(photos + "=/a/b:ro")).containsExactly(new SharedFolder(photos, "/a/b", true));
    }

    @Test
    void aNameThatLooksLikeAnOptionIsTakenAsItIs() throws IOException {
        Path odd = Files.createDirectories(top.resolve("x=/y:ro"));
        assertThat(parse(odd.toString())).containsExactly(new SharedFolder(odd, "/shared", false));
        Path equals = Files.createDirectories(top.resolve("k=/v"));
        assertThat(parse(equals + ":ro")).containsExactly(new SharedFolder(equals, "/shared", true));
    }

    @Test
    void aLinkIsResolvedHere() throws IOException {
        Path link = Files.createSymbolicLink(top.resolve("link"), photos);
        assertThat(parse(link.toString())).containsExactly(new SharedFolder(photos, "/shared", false));
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
}
