package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestEtcTest {

    @TempDir
    private Path library = Path.of(".");

    private GuestEtc etc(int uid, int gid) throws IOException {
        return GuestEtc.read(new Library(library).make().resolve("guest-etc"), uid, gid);
    }

    @Test
    void theCallersNumbersAreFilledIn() throws IOException {
        GuestEtc etc = etc(1234, 567);
        assertThat(etc.files().get("passwd")).contains("guest:x:1234:567::/home/guest:/bin/sh\n", "root:x:0:0:");
        assertThat(etc.files().get("group")).contains("guest:x:567:\n", "users:x:100:\n");
        assertThat(etc.user()).isEqualTo("guest");
        assertThat(etc.home()).isEqualTo("/home/guest");
        assertThat(etc.hostName()).isEqualTo("box");
    }

    @Test
    void rootOfTheHostIsRootAlone() throws IOException {
        GuestEtc etc = etc(0, 0);
        assertThat(etc.files().get("passwd")).contains("root:x:0:0:").doesNotContain("guest");
        assertThat(etc.files().get("group")).contains("root:x:0:").doesNotContain("guest:");
    }

    @Test
    void aGroupNumberIsThereOnce() throws IOException {
        assertThat(etc(1000, 100).files().get("group"))
                .contains("guest:x:100:\n")
                .doesNotContain("users");
    }

    @Test
    void aPlaceholderThatIsNotTheCallersStays() throws IOException {
        assertThat(etc(1, 1).files().get("profile")).contains("${PS1-}");
    }

    @Test
    void directoriesHaveFilesAsWell() throws IOException {
        GuestEtc etc = etc(1, 1);
        assertThat(etc.files()).containsKey("pam.d/su");
        assertThat(etc.sources())
                .contains(library.resolve("guest-etc/pam.d"), library.resolve("guest-etc/pam.d/su"))
                .doesNotHaveDuplicates();
        assertThat(etc.replaces(Path.of("etc/pam.d/su"))).isTrue();
        assertThat(etc.replaces(Path.of("etc/pam.d/cron"))).isFalse();
    }

    @Test
    void anIncompleteInstallationIsNamed() {
        assertThatThrownBy(() -> GuestEtc.read(library.resolve("absent"), 1, 1))
                .isInstanceOf(LaunchError.class)
                .hasMessageContaining(library.resolve("absent").toString())
                .hasMessageContaining("nofear-setup install");
    }
}
