package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MountTest {

    private static final List<Mount> MOUNTS = Mount.parse("""
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            23 22 0:21 / /proc rw,nosuid - proc proc rw
            30 22 8:2 / /usr ro,relatime shared:2 master:1 - ext4 /dev/sda2 rw
            31 30 8:3 / /usr/local\\040tree rw - xfs /dev/sda3 ro,noquota
            32 30 0:50 / /usr/share/auto rw - autofs systemd-1 rw
            33 22 8:4 / /usrlocal rw - ext4 /dev/sda4 rw
            no mount at all
            34 22 8:4 / relative rw - ext4 /dev/sda4 rw
            35 22 8:4 / /cut rw - ext4
            """);

    @Test
    void linesAreRead() {
        assertThat(MOUNTS).hasSize(6);
        assertThat(MOUNTS.get(3)).isEqualTo(new Mount("/usr/local tree", "8:3", "xfs", "/dev/sda3", true));
    }

    @Test
    void readOnlyByTheMountOrByItsFileSystem() {
        assertThat(MOUNTS).extracting(Mount::readOnly).containsExactly(false, false, true, true, false, false);
    }

    @Test
    void thePlaceOfAPathIsTheLongestMountPointAboveIt() {
        assertThat(Mount.holding(MOUNTS, "/usr/bin")).map(Mount::point).contains("/usr");
        assertThat(Mount.holding(MOUNTS, "/usrlocal/x")).map(Mount::point).contains("/usrlocal");
        assertThat(Mount.holding(MOUNTS, "/etc")).map(Mount::point).contains("/");
        assertThat(Mount.holding(List.of(), "/etc")).isEqualTo(Optional.empty());
    }

    @Test
    void belowASharedDirectoryAreOnlyRealFileSystems() {
        assertThat(Mount.below(MOUNTS, Set.of("/usr"))).extracting(Mount::point).containsExactly("/usr/local tree");
    }
}
