package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.launch.HostTree.Link;

class HostTreeTest {

    @TempDir
    private Path root = Path.of(".");

    @BeforeEach
    void realPath() throws IOException {
        root = root.toRealPath();
    }

    private void directory(String path) throws IOException {
        Files.createDirectories(root.resolve(path));
    }

    private void link(String path, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(path), Path.of(target));
    }

    @Test
    void theLinksOfAMergedUsrAreLinksAndNotShares() throws IOException {
        directory("usr/bin");
        directory("usr/lib");
        directory("opt");
        directory("etc");
        link("bin", "usr/bin");
        link("lib", "usr/lib");
        HostTree tree = HostTree.of(root);
        assertThat(tree.shares()).containsExactly(root.resolve("usr"), root.resolve("opt"));
        assertThat(tree.links()).containsExactly(new Link("/bin", "usr/bin"), new Link("/lib", "usr/lib"));
    }

    @Test
    void withoutAMergedUsrEachIsAShare() throws IOException {
        directory("usr");
        directory("bin");
        directory("lib64");
        HostTree tree = HostTree.of(root);
        assertThat(tree.shares()).containsExactly(root.resolve("usr"), root.resolve("bin"), root.resolve("lib64"));
        assertThat(tree.links()).isEmpty();
    }

    @Test
    void anOptThatIsALinkIntoVarIsSharedWhereItReallyIs() throws IOException {
        directory("usr");
        directory("var/opt");
        link("opt", "var/opt");
        HostTree tree = HostTree.of(root);
        assertThat(tree.shares()).containsExactly(root.resolve("usr"), root.resolve("var/opt"));
        assertThat(tree.links()).containsExactly(new Link("/opt", "var/opt"));
    }

    @Test
    void aLinkThatLeadsOutOfAllThatIsNeverAShare() throws IOException {
        directory("usr");
        directory("home/secret");
        link("opt", "home/secret");
        assertThat(HostTree.of(root).shares()).containsExactly(root.resolve("usr"));
    }

    @Test
    void whatDpkgKnowsComesLast() throws IOException {
        directory("usr");
        directory("opt");
        directory("var/lib/dpkg");
        assertThat(HostTree.of(root).shares())
                .containsExactly(root.resolve("usr"), root.resolve("opt"), root.resolve("var/lib/dpkg"));
    }

    @Test
    void aLinkToNowhereIsOneInTheGuestToo() throws IOException {
        directory("usr");
        link("lib32", "usr/lib32");
        HostTree tree = HostTree.of(root);
        assertThat(tree.shares()).containsExactly(root.resolve("usr"));
        assertThat(tree.links()).containsExactly(new Link("/lib32", "usr/lib32"));
    }
}
