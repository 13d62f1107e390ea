package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfilesTest {

    private static final ProfileName BANK = new ProfileName("bank");

    @TempDir
    private Path top = Path.of(".");

    private Path home = Path.of(".");
    private Profiles profiles = new Profiles(new Caller(0, 0, home, Map.of()));

    @BeforeEach
    void aCaller() throws IOException {
        home = top.resolve("home/.lkvm");
        int uid = (Integer) Files.getAttribute(top, "unix:uid");
        profiles = new Profiles(new Caller(uid, uid, home, Map.of()));
    }

    @Test
    void aProfileIsMadeOnFirstUseForItsOwnerAlone() throws IOException {
        assertThat(profiles.list()).isEmpty();
        profiles.check(BANK);
        profiles.check(BANK);
        assertThat(profiles.list()).extracting(Profiles.Profile::name).containsExactly("bank");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("bank"))))
                .isEqualTo("rwx------");
    }

    @Test
    void hiddenDirectoriesAndFilesAreNoProfiles() throws IOException {
        profiles.create(BANK);
        Files.createDirectory(home.resolve(".seed"));
        Files.writeString(home.resolve("file"), "");
        Files.createSymbolicLink(home.resolve("link"), home.resolve("bank"));
        assertThat(profiles.list()).extracting(Profiles.Profile::name).containsExactly("bank");
    }

    @Test
    void aDirectoryWhoseNameIsNoneIsLeftOut() throws IOException {
        profiles.create(BANK);
        Files.createDirectory(home.resolve("not a name"));
        assertThat(profiles.list()).extracting(Profiles.Profile::name).containsExactly("bank");
    }

    @Test
    void createAndDeleteSayWhenThereIsNothingToDo() {
        profiles.create(BANK);
        assertThatThrownBy(() -> profiles.create(BANK)).hasMessageContaining("exists already");
        profiles.delete(BANK);
        assertThat(home.resolve("bank")).doesNotExist();
        assertThatThrownBy(() -> profiles.delete(BANK)).hasMessageContaining("there is no profile bank");
        assertThatThrownBy(() -> profiles.show(BANK)).hasMessageContaining("there is no profile bank");
    }

    @Test
    void deleteFollowsNoLink() throws IOException {
        profiles.create(BANK);
        Path kept = Files.createDirectory(top.resolve("kept"));
        Files.writeString(kept.resolve("file"), "");
        Files.createSymbolicLink(home.resolve("bank/link"), kept);
        profiles.delete(BANK);
        assertThat(kept.resolve("file")).exists();
    }

    @Test
    void aLinkOrWhatOthersCanWriteIsRefused() throws IOException {
        profiles.create(BANK);
        Files.createSymbolicLink(home.resolve("link"), home.resolve("bank"));
        assertThatThrownBy(() -> profiles.check(new ProfileName("link"))).hasMessageContaining("not a directory");
        Files.setPosixFilePermissions(home.resolve("bank"), PosixFilePermissions.fromString("rwxrwx---"));
        assertThatThrownBy(() -> profiles.check(BANK)).hasMessageContaining("chmod go-w");
    }

    @Test
    void anothersProfileIsRefused() {
        profiles.create(BANK);
        Profiles another = new Profiles(new Caller(54321, 54321, home, Map.of()));
        assertThatThrownBy(() -> another.check(BANK)).hasMessageContaining("another user");
    }
}
