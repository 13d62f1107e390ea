package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.host.Command;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.place.MembershipPlace;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.GroupMembership;
import org.nofear.setup.resource.GroupResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

/** What somebody may have put where install writes. */
final class HostilePathsTest {

    @TempDir(factory = InMemory.class)
    Path directory;

    private OfflineTree tree;
    private Path target = Path.of("/");

    @BeforeEach
    void aTree() throws IOException {
        tree = OfflineTree.in(directory);
        target = tree.root().resolve("etc/planted");
    }

    private static List<Resource> one() {
        return List.of(new FileResource("/etc/planted", Content.of("ours\n"), OfflineTree.mine(0644), "test"));
    }

    private void install() throws IOException {
        tree.install(Checkpoint.NONE, one());
    }

    private void refused(String... words) throws IOException {
        Map<String, String> before = tree.picture();
        assertThatThrownBy(this::install).isInstanceOfSatisfying(UserError.class, error -> {
            assertThat(error.code()).isEqualTo(ExitCode.REFUSED);
            assertThat(error.line()).contains(words);
        });
        assertThat(tree.picture()).isEqualTo(before);
        assertThatThrownBy(() -> tree.plan(one())).isInstanceOf(UserError.class);
    }

    private static void run(String... argv) throws IOException {
        assertThat(Host.local().commands().run(Command.of(argv)).succeeded()).isTrue();
    }

    @Test
    void aLinkIsReplacedAndNotFollowed() throws IOException {
        Path victim = Files.writeString(tree.sources().resolve("victim"), "another's");
        Files.createSymbolicLink(target, victim);
        Map<String, String> before = tree.picture();

        install();

        assertThat(victim).hasContent("another's");
        assertThat(target).hasContent("ours\n").isRegularFile();
        assertThat(Files.isSymbolicLink(target)).isFalse();
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aHardLinkToAnothersFileLeavesThatFileAsItIs() throws IOException {
        Path victim = Files.writeString(tree.root().resolve("etc/victim"), "another's");
        Files.createLink(target, victim);
        Map<String, String> before = tree.picture();

        install();

        assertThat(victim).hasContent("another's");
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aPipeIsInTheWay() throws IOException {
        run("mkfifo", target.toString());
        refused("planted", "FIFO", "move it away");
    }

    @Test
    void aDirectoryIsInTheWay() throws IOException {
        Files.createDirectory(target);
        refused("planted", "directory");
    }

    @Test
    void aDirectoryThatOthersWriteToIsNotSafe() throws IOException {
        Files.setAttribute(tree.root().resolve("etc"), "unix:mode", 0777);
        refused("etc is not safe", "mode 0777", "chmod go-w");
    }

    @Test
    void aDirectoryOfAnothersIsNotSafe() throws IOException {
        assumeThat(OfflineTree.AS_ROOT).isTrue();
        Files.setAttribute(tree.root().resolve("etc"), "unix:uid", 1234);
        refused("etc is not safe", "owner 1234");
    }

    @Test
    void aLinkOfAnothersOnTheWayIsNotSafe() throws IOException {
        assumeThat(OfflineTree.AS_ROOT).isTrue();
        Files.move(tree.root().resolve("etc"), tree.root().resolve("real"));
        Path link = Files.createSymbolicLink(tree.root().resolve("etc"), Path.of("real"));
        Files.setAttribute(link, "unix:uid", 1234, java.nio.file.LinkOption.NOFOLLOW_LINKS);
        refused("etc is not safe", "owner 1234");
    }

    @Test
    void anAbsoluteLinkOnTheWayStaysInTheTree() throws IOException {
        Files.move(tree.root().resolve("etc"), tree.root().resolve("real"));
        Files.createSymbolicLink(tree.root().resolve("etc"), Path.of("/../../real"));

        install();

        assertThat(tree.root().resolve("real/planted")).hasContent("ours\n");
    }

    @Test
    void aPipeWhereThePasswordFileIsDoesNotBlock() throws IOException {
        Path group = tree.root().resolve("etc/group");
        Files.delete(group);
        run("mkfifo", group.toString());

        assertThatThrownBy(() -> tree.install(Checkpoint.NONE, List.of(new GroupResource("nofear", "test"))))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("/etc/group: is no regular file");
    }

    @Test
    void temporariesPlantedBesideATargetAreNotWrittenThrough() throws IOException {
        Path victim = Files.writeString(tree.sources().resolve("victim"), "another's");
        Files.createSymbolicLink(tree.root().resolve("etc/.nofear-tmp.planted"), victim);

        install();

        assertThat(victim).hasContent("another's");
        assertThat(target).hasContent("ours\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"with.dots", "With-Capitals", "back\\slash", "dollar$", "sta*r", "ünïcödé", "DOM\\user", "a@b.c"
            })
    void usersOfOddNamesBecomeMembersAndNoMore(String user) throws IOException {
        Path group = tree.root().resolve("etc/group");
        byte[] before = Files.readAllBytes(group);
        List<Resource> membership =
                List.of(new GroupResource("nofear", "test"), new GroupMembership("nofear", user, "test"));

        tree.install(Checkpoint.NONE, membership);

        assertThat(Files.readString(group)).endsWith("nofear:x:998:" + user);
        tree.uninstall();
        assertThat(Files.readAllBytes(group)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a:b", "a,b", "a\nroot::0:", "+nis", "-nis", "a/b", "a b"})
    void namesThatALineCannotHoldAreRefused(String user) {
        assertThatThrownBy(() -> new MembershipPlace("nofear", user)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linesOfBytesThatAreNoTextStayAsTheyAre() throws IOException {
        Path group = tree.root().resolve("etc/group");
        byte[] odd = "root:x:0:\nbad\u00ff\u00fe:x:7:\n::::\n\n+:::\n".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(group, odd);

        tree.install();
        assertThat(Files.readString(group, StandardCharsets.ISO_8859_1))
                .isEqualTo("root:x:0:\nbad\u00ff\u00fe:x:7:\n::::\nnofear:x:999:alice\n\n+:::\n");
        tree.uninstall();

        assertThat(Files.readAllBytes(group)).isEqualTo(odd);
    }

    @Test
    void rootsOfOddNamesAreRoots() throws IOException {
        Path odd = Files.createDirectory(directory.resolve("a b\nc'\"$(x)*"));
        OfflineTree other = OfflineTree.in(odd);
        Map<String, String> before = other.picture();

        other.install();
        other.uninstall();

        assertThat(other.picture()).isEqualTo(before);
    }
}
