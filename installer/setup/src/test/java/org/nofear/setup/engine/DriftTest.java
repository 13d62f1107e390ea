package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.resource.Capability;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

/** What becomes of a file of ours that somebody changed meanwhile. */
final class DriftTest {

    private static final String FILE = "etc/sysctl.d/60-nofear.conf";
    private static final String NEW = FILE + ".nofear-new";
    private static final String OURS = "net.ipv4.ip_forward = 1\n";

    @TempDir
    Path directory;

    /** What was done to the file; the resource may want the same text as before, or a new one. */
    enum Drift {
        NONE,
        EDITED,
        DELETED;

        void happen(OfflineTree tree) throws IOException {
            if (this == EDITED) {
                tree.write(FILE, "edited\n", 0640);
            } else if (this == DELETED) {
                Files.delete(tree.root().resolve(FILE));
            }
        }
    }

    private static String text(OfflineTree tree, String path) throws IOException {
        Path file = tree.root().resolve(path);
        return Files.exists(file) ? Files.readString(file) : "none";
    }

    private static List<Resource> wanting(OfflineTree tree, String text) {
        List<Resource> all = new ArrayList<>(tree.resources());
        all.replaceAll(each -> each.place().id().equals("path:/" + FILE)
                ? new FileResource("/" + FILE, Content.of(text), OfflineTree.mine(0644), "forwarding")
                : each);
        return all;
    }

    private OfflineTree installed() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.install();
        return tree;
    }

    @ParameterizedTest
    @EnumSource(Drift.class)
    void installOfTheSameText(Drift drift) throws IOException {
        OfflineTree tree = installed();
        drift.happen(tree);

        Outcome outcome = tree.install();

        assertThat(text(tree, FILE)).isEqualTo(drift == Drift.EDITED ? "edited\n" : OURS);
        assertThat(text(tree, NEW)).isEqualTo(drift == Drift.EDITED ? OURS : "none");
        assertThat(outcome.kept())
                .extracting(Kept::what)
                .isEqualTo(drift == Drift.EDITED ? List.of("/" + FILE) : List.of());
        assertThat(outcome.changes()).hasSize(drift == Drift.NONE ? 0 : 1);
        assertThat(tree.install().changes()).as("again").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Drift.class)
    void installOfANewText(Drift drift) throws IOException {
        OfflineTree tree = installed();
        drift.happen(tree);

        Outcome outcome = tree.install(Checkpoint.NONE, wanting(tree, "new\n"));

        assertThat(text(tree, FILE)).isEqualTo(drift == Drift.EDITED ? "edited\n" : "new\n");
        assertThat(text(tree, NEW)).isEqualTo(drift == Drift.EDITED ? "new\n" : "none");
        assertThat(outcome.changes()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Drift.class)
    void uninstall(Drift drift) throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        Map<String, String> before = tree.picture();
        tree.install();
        drift.happen(tree);

        Outcome outcome = tree.uninstall();

        if (drift == Drift.EDITED) {
            assertThat(text(tree, FILE)).isEqualTo("edited\n");
            assertThat(outcome.kept()).extracting(Kept::what).containsExactly("/" + FILE);
            Files.delete(tree.root().resolve(FILE));
            Map<String, String> rest = tree.picture();
            before.remove(FILE);
            assertThat(rest).isEqualTo(before);
        } else {
            assertThat(tree.picture()).isEqualTo(before);
        }
    }

    @Test
    void ourVersionBesideGoesWhenTheAdminHasTakenItOver() throws IOException {
        OfflineTree tree = installed();
        Drift.EDITED.happen(tree);
        tree.install();
        tree.write(FILE, OURS, 0644);

        tree.install();

        assertThat(text(tree, NEW)).isEqualTo("none");
    }

    @Test
    void anEditedVersionBesideIsKeptAndGetsNoneBesideItself() throws IOException {
        OfflineTree tree = installed();
        Drift.EDITED.happen(tree);
        tree.install();
        tree.write(NEW, "edited too\n", 0644);

        Outcome outcome = tree.install();

        assertThat(text(tree, NEW)).isEqualTo("edited too\n");
        assertThat(text(tree, NEW + ".nofear-new")).isEqualTo("none");
        assertThat(outcome.kept()).hasSize(2);
        tree.uninstall();
        assertThat(text(tree, NEW)).isEqualTo("edited too\n");
    }

    @Test
    void aLostModeIsRepairedAndNothingElse() throws IOException {
        OfflineTree tree = installed();
        Files.setAttribute(tree.root().resolve(FILE), "unix:mode", 0600);

        Outcome outcome = tree.install();

        assertThat(outcome.changes()).extracting(Change::id).containsExactly("path:/" + FILE);
        assertThat(Files.getAttribute(tree.root().resolve(FILE), "unix:mode")).isEqualTo(0100644);
    }

    @Test
    void aLostCapabilityIsRepairedAndNothingElse() throws IOException {
        assumeThat(OfflineTree.AS_ROOT).isTrue();
        OfflineTree tree = installed();
        Path lkvm = tree.root().resolve("usr/local/lib/nofear/lkvm");
        OfflineTree.OS.removeExtendedAttribute(lkvm, Capability.ATTRIBUTE);

        Outcome outcome = tree.install();

        assertThat(outcome.changes()).extracting(Change::id).containsExactly("path:/usr/local/lib/nofear/lkvm");
        assertThat(OfflineTree.OS.extendedAttribute(lkvm, Capability.ATTRIBUTE)).isPresent();
    }

    @Test
    void aFlushedFirewallAKernelParameterSetBackAndAStoppedUnitAreRepairedAndNothingElse() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        tree.install();
        tree.machine().tables.remove("inet nofear");
        tree.machine().running.clear();
        tree.write("proc/sys/net/ipv4/ip_forward", "0", 0644);

        Outcome outcome = tree.install();

        assertThat(outcome.changes())
                .extracting(Change::id)
                .containsExactlyInAnyOrder(
                        "unit:nofear-network.service", "sysctl:net.ipv4.ip_forward", "table:inet nofear");
        assertThat(tree.machine().tables).containsKey("inet nofear");
        assertThat(tree.machine().running).containsExactly("nofear-network.service");
    }

    @Test
    void aTableWithOneRuleLessIsRepaired() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        tree.install();
        tree.machine().tables.put("inet nofear", "table inet nofear { }");

        assertThat(tree.install().changes()).extracting(Change::id).containsExactly("table:inet nofear");
    }

    @Test
    void aDeletedMembershipOfTheGroupIsRepaired() throws IOException {
        OfflineTree tree = installed();
        Path group = tree.root().resolve("etc/group");
        Files.writeString(group, Files.readString(group).replaceAll("(nofear:x:\\d+:)alice", "$1"));

        assertThat(tree.install().changes()).extracting(Change::id).containsExactly("member:nofear alice");
    }

    @Test
    void aDirectoryThatSomethingElseIsInStays() throws IOException {
        OfflineTree tree = installed();
        tree.write("usr/local/lib/nofear/deep/others", "x", 0644);

        Outcome outcome = tree.uninstall();

        assertThat(text(tree, "usr/local/lib/nofear/deep/others")).isEqualTo("x");
        assertThat(outcome.kept()).extracting(Kept::what).contains("/usr/local/lib/nofear/deep");
        assertThat(Optional.of(tree.root().resolve("var/lib/nofear"))).get().matches(path -> !Files.exists(path));
    }

    @Test
    void whatOneGroupMoreOrAnotherToolDidMeanwhileStays() throws IOException {
        OfflineTree tree = installed();
        Path group = tree.root().resolve("etc/group");
        Files.writeString(group, Files.readString(group) + "\nmore:x:2000:\n");

        tree.uninstall();

        assertThat(Files.readString(group)).isEqualTo("root:x:0:\nkvm:x:103:alice\nlast:x:999:\nmore:x:2000:\n");
    }

    @Test
    void aGroupThatTheAdministratorPutOthersIntoStays() throws IOException {
        OfflineTree tree = installed();
        Path group = tree.root().resolve("etc/group");
        Files.writeString(group, Files.readString(group).replaceAll("(nofear:x:\\d+:)alice", "$1alice,bob"));

        Outcome outcome = tree.uninstall();

        assertThat(Files.readString(group)).containsPattern("(?m)^nofear:x:\\d+:bob$");
        assertThat(outcome.kept()).contains(new Kept("nofear", "relied on by bob"));
        assertThat(tree.root().resolve("var/lib/nofear")).doesNotExist();
    }

    /** What lies outside /etc is ours: put back, whoever altered it, with what was there beside it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"usr/local/bin/nofear", "usr/local/lib/nofear/lkvm", "usr/local/lib/nofear/deep/er/launch.conf"})
    void anAlteredFileOfOursIsPutBack(String file) throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        Map<String, String> before = tree.picture();
        tree.install();
        Map<String, String> whole = tree.pictureWithoutState();
        tree.write(file, "altered\n", 0777);

        Outcome outcome = tree.install();

        assertThat(outcome.kept()).isEmpty();
        assertThat(outcome.changes())
                .extracting(Change::id)
                .containsExactly("path:/" + file + ".nofear-old", "path:/" + file);
        assertThat(text(tree, file + ".nofear-old")).isEqualTo("altered\n");
        assertThat(Files.getPosixFilePermissions(tree.root().resolve(file + ".nofear-old")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Map<String, String> now = tree.pictureWithoutState();
        now.remove(file + ".nofear-old");
        assertThat(now).isEqualTo(whole);
        assertThat(tree.install().changes()).as("again").isEmpty();
        assertThat(tree.uninstall().kept()).isEmpty();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void anEmptyFileAndALinkAreAlteredFilesToo() throws IOException {
        OfflineTree tree = installed();
        tree.write("usr/local/lib/nofear/lkvm", "", 0755);
        Path launcher = tree.root().resolve("usr/local/bin/nofear");
        Files.delete(launcher);
        Files.createSymbolicLink(launcher, Path.of("elsewhere"));

        tree.install();

        assertThat(text(tree, "usr/local/lib/nofear/lkvm"))
                .isEqualTo(Files.readString(tree.sources().resolve("lkvm")));
        assertThat(launcher).isRegularFile();
        assertThat(tree.root().resolve("usr/local/lib/nofear/lkvm.nofear-old")).isEmptyFile();
        assertThat(Files.readSymbolicLink(tree.root().resolve("usr/local/bin/nofear.nofear-old")))
                .isEqualTo(Path.of("elsewhere"));
    }

    @Test
    void aSecondAlterationTakesTheFirstCopysPlace() throws IOException {
        OfflineTree tree = installed();
        tree.write("usr/local/bin/nofear", "one", 0755);
        tree.install();
        tree.write("usr/local/bin/nofear", "two", 0755);
        tree.install();

        assertThat(text(tree, "usr/local/bin/nofear.nofear-old")).isEqualTo("two");
    }
}
