package org.nofear.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.SharedDirectories.Link;
import org.nofear.contract.SharedDirectories.Refused;

class SharedDirectoriesTest {

    @TempDir
    private Path root = Path.of(".");

    @BeforeEach
    void usr() throws IOException {
        directory("usr/bin");
        directory("usr/lib");
    }

    private void directory(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
    }

    private void link(String path, String target) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.createSymbolicLink(root.resolve(path), Path.of(target));
    }

    private SharedDirectories shared() {
        return SharedDirectories.of(root);
    }

    @Test
    void theLinksOfAMergedUsrAreLinksAndNotShares() throws IOException {
        directory("opt");
        directory("etc");
        link("bin", "usr/bin");
        link("lib", "/usr/lib");
        SharedDirectories shared = shared();
        assertThat(shared.directories()).containsExactly("/usr", "/opt");
        assertThat(shared.links()).containsExactly(new Link("/bin", "usr/bin"), new Link("/lib", "/usr/lib"));
        assertThat(shared.refused()).isEmpty();
        assertThat(shared.followed()).contains("/bin", "/lib");
        assertThat(shared.absent()).contains("/sbin", "/nix/store").doesNotContain("/opt", "/bin");
    }

    @Test
    void withoutAMergedUsrEachIsAShare() throws IOException {
        directory("bin");
        directory("lib64");
        assertThat(shared().directories()).containsExactly("/usr", "/bin", "/lib64");
        assertThat(shared().links()).isEmpty();
    }

    @Test
    void whatDpkgKnowsComesLast() throws IOException {
        directory("opt");
        directory("var/lib/dpkg");
        assertThat(shared().directories()).containsExactly("/usr", "/opt", "/var/lib/dpkg");
        assertThat(shared().absent()).doesNotContain("/var/lib/dpkg");
    }

    @Test
    void whereDpkgIsALinkOutOfPlacesOfProgramsGuestsDoNotSeeIt() throws IOException {
        directory("home/me/dpkg");
        link("var/lib/dpkg", "/home/me/dpkg");
        assertThat(shared().directories()).containsExactly("/usr");
        assertThat(shared().refused()).containsExactly(new Refused("/var/lib/dpkg", "/home/me/dpkg"));
    }

    @Test
    void anOptThatIsALinkToAPlaceOfProgramsIsSharedWhereItReallyIs() throws IOException {
        for (String place : new String[] {"var/opt", "srv/opt", "/mnt/big/opt"}) {
            directory(place.startsWith("/") ? place.substring(1) : place);
            link("opt", place);
            assertThat(shared().directories()).containsExactly("/usr", place.startsWith("/") ? place : "/" + place);
            assertThat(shared().links()).containsExactly(new Link("/opt", place));
            assertThat(shared().refused()).isEmpty();
            Files.delete(root.resolve("opt"));
        }
    }

    @Test
    void aLinkToAnythingElseIsRefusedAndToldWhere() throws IOException {
        directory("var/lib");
        directory("home/me/opt");
        directory("etc");
        directory("root");
        directory("srv");
        for (String target : new String[] {"var", "/", "home/me/opt", "etc", "root", "srv", "var/lib"}) {
            link("opt", target);
            String real = target.startsWith("/") ? target : "/" + target;
            assertThat(shared().directories()).as(target).containsExactly("/usr");
            assertThat(shared().links()).as(target).isEmpty();
            assertThat(shared().refused()).containsExactly(new Refused("/opt", real));
            assertThat(shared().refused().get(0).why()).contains("/opt", real);
            Files.delete(root.resolve("opt"));
        }
    }

    @Test
    void aLinkIsJudgedByWhereItLeadsInTheEnd() throws IOException {
        directory("home/me");
        directory("srv/opt");
        link("srv/programs", "/home/me");
        link("opt", "srv/programs");
        assertThat(shared().refused()).containsExactly(new Refused("/opt", "/home/me"));
        Files.delete(root.resolve("srv/programs"));
        link("srv/programs", "opt");
        // Guests have /srv/opt, and not the link on the way.
        assertThat(shared().directories()).containsExactly("/usr", "/srv/opt");
        assertThat(shared().links()).containsExactly(new Link("/opt", "/srv/opt"));
        assertThat(shared().followed()).containsExactly("/opt", "/srv/programs");
    }

    @Test
    void usrLocalOfSilverblueIsAShareAtItsTarget() throws IOException {
        directory("var/usrlocal/bin");
        link("usr/local", "../var/usrlocal");
        SharedDirectories shared = shared();
        assertThat(shared.directories()).containsExactly("/usr", "/var/usrlocal");
        // The link itself is in /usr.
        assertThat(shared.links()).isEmpty();
        assertThat(shared.followed()).contains("/usr/local");
        Files.delete(root.resolve("usr/local"));
        link("usr/local", "../etc");
        directory("etc");
        assertThat(shared().directories()).containsExactly("/usr");
        assertThat(shared().refused()).containsExactly(new Refused("/usr/local", "/etc"));
    }

    @Test
    void ofTwoOnlyTheOuterIsAShare() throws IOException {
        directory("srv/all/local");
        link("opt", "srv/all");
        link("usr/local", "/srv/all/local");
        assertThat(shared().directories()).containsExactly("/usr", "/srv/all");
        Files.delete(root.resolve("opt"));
        Files.delete(root.resolve("usr/local"));
        link("lib32", "srv/all/local");
        link("opt", "srv/all");
        assertThat(shared().directories()).containsExactly("/usr", "/srv/all");
        assertThat(shared().links()).containsExactly(new Link("/lib32", "srv/all/local"), new Link("/opt", "srv/all"));
    }

    @Test
    void aStoreBehindALinkIsOneWhereItReallyIs() throws IOException {
        directory("data/nix/store");
        link("nix", "data/nix");
        assertThat(shared().directories()).containsExactly("/usr", "/data/nix/store");
        assertThat(shared().links()).containsExactly(new Link("/nix/store", "/data/nix/store"));
    }

    @Test
    void theSystemOfNixosAndGuixIsALinkIntoTheStore() throws IOException {
        directory("gnu/store/aaaa-system");
        link("var/guix/profiles/system", "/gnu/store/aaaa-system");
        link("run/current-system", "/var/guix/profiles/system");
        assertThat(shared().links()).containsExactly(new Link("/run/current-system", "/gnu/store/aaaa-system"));
        assertThat(shared().followed()).contains("/var/guix/profiles/system");
    }

    @Test
    void aLinkToNowhereIsOneInTheGuestToo() throws IOException {
        link("lib32", "usr/lib32");
        SharedDirectories shared = shared();
        assertThat(shared.directories()).containsExactly("/usr");
        assertThat(shared.links()).containsExactly(new Link("/lib32", "usr/lib32"));
        assertThat(shared.followed()).contains("/lib32");
    }

    @Test
    void aLoopIsNoDirectory() throws IOException {
        link("opt", "opt");
        assertThat(shared().directories()).containsExactly("/usr");
    }
}
