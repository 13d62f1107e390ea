package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Capability;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

/** Another version over what an older one left. */
final class UpgradeTest {

    /** What format 1 looked like. Never change these files: machines have them. */
    private static final List<String> GOLDEN = List.of("state.json", "journal");

    @TempDir
    Path directory;

    private static Resource file(String path, String text) {
        return new FileResource(path, Content.of(text), OfflineTree.mine(0644), "test");
    }

    @Test
    void whatTheNewVersionNoLongerWantsIsAsItWasBefore() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        Map<String, String> before = tree.picture();
        tree.install();
        List<Resource> newer = new ArrayList<>(tree.resources());
        newer.removeIf(
                each -> each.place().id().matches("path:/(etc/sysctl|opt|usr/local/bin).*|table:.*|unit:.*|.*service"));
        newer.add(file("/etc/new", "new\n"));

        Outcome outcome = tree.install(Checkpoint.NONE, newer);

        Map<String, String> now = tree.picture();
        for (String path :
                List.of("etc/sysctl.d/60-nofear.conf", "opt/link", "opt/file-by-link", "usr/local/bin/nofear")) {
            assertThat(now).containsEntry(path, before.get(path));
        }
        assertThat(now)
                .doesNotContainKeys("table inet nofear", "opt/new-link", "etc/systemd/system/nofear-network.service")
                .containsKey("etc/new");
        assertThat(tree.machine().running).isEmpty();
        assertThat(outcome.kept()).isEmpty();
        assertThat(tree.install(Checkpoint.NONE, newer).changes()).isEmpty();
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    @Test
    void aProgramThatNeedsItsCapabilityNoLongerLosesItAndItsGroup() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        Map<String, String> before = tree.picture();
        tree.install();
        List<Resource> newer = new ArrayList<>(tree.resources());
        newer.replaceAll(each -> each instanceof BuiltFile file && file.path().endsWith("/lkvm")
                ? new BuiltFile(file.path(), file.source(), OfflineTree.mine(0755), "the VMM")
                : each);

        tree.install(Checkpoint.NONE, newer);

        Path lkvm = tree.root().resolve("usr/local/lib/nofear/lkvm");
        assertThat(OfflineTree.OS.extendedAttribute(lkvm, Capability.ATTRIBUTE)).isEmpty();
        assertThat(Files.getPosixFilePermissions(lkvm)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(String.valueOf(Files.getAttribute(lkvm, "unix:gid"))).isEqualTo(OfflineTree.ME);
        assertThat(tree.install(Checkpoint.NONE, newer).changes()).isEmpty();
        tree.uninstall();
        assertThat(tree.picture()).isEqualTo(before);
    }

    /** A boot test that finds an older kernel beside the new one would prove nothing. */
    @Test
    void whatIsNoLongerWantedIsGoneBeforeAllIsTried() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.install(Checkpoint.NONE, List.of(file("/etc/old", "old\n"), file("/etc/both", "both\n")));
        boolean[] there = new boolean[2];
        Stage proof = new Stage() {
            @Override
            public boolean prepare(Progress progress) {
                there[0] = Files.exists(tree.root().resolve("etc/old"));
                there[1] = Files.exists(tree.root().resolve("etc/both"));
                return false;
            }

            @Override
            public boolean proves() {
                return true;
            }

            @Override
            public List<Resource> resources() {
                return List.of(file("/etc/result", "boots\n"));
            }
        };

        tree.installer(Checkpoint.NONE)
                .install(List.of(Stage.of(List.of(file("/etc/both", "both\n"))), proof), List.of());

        assertThat(there).containsExactly(false, true);
        assertThat(tree.root().resolve("etc/result")).exists();
    }

    @Test
    void anUpgradeThatFailsLeavesTheOldVersion() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.install();
        Map<String, String> old = tree.pictureWithoutState();
        List<Stage> newer = List.of(
                Stage.of(List.of(file("/etc/sysctl.d/60-nofear.conf", "new\n"), file("/etc/new", "new\n"))),
                new FailingStage("no compiler"));

        try {
            tree.installer(Checkpoint.NONE).install(newer, List.of());
        } catch (org.nofear.setup.UserError failed) {
            assertThat(failed).hasMessageContaining("no compiler");
        }

        assertThat(tree.pictureWithoutState()).isEqualTo(old);
        assertThat(tree.install().changes()).isEmpty();
    }

    @Test
    void membersOfTheGroupStayWhenAnInstallNamesOthers() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.install();
        List<Resource> withoutUsers = new ArrayList<>(tree.resources());
        withoutUsers.removeIf(each -> each.place().id().startsWith("member:"));

        tree.install(Checkpoint.NONE, withoutUsers);

        assertThat(Files.readString(tree.root().resolve("etc/group"))).contains("alice");
    }

    @Test
    void theStateOfFormatOneIsUnderstoodForEver() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.write("etc/one", "ours\n", 0644);
        tree.write("etc/two", "ours too\n", 0644);
        for (String name : GOLDEN) {
            try (InputStream in = Optional.ofNullable(UpgradeTest.class.getResourceAsStream("/format-1/" + name))
                    .orElseThrow()) {
                tree.write("var/lib/nofear/" + name, new String(in.readAllBytes(), StandardCharsets.UTF_8), 0644);
            }
        }
        StateStore.Loaded loaded = new StateStore(tree.target(Checkpoint.NONE), "test").load();

        assertThat(loaded.notices()).isEmpty();
        assertThat(loaded.interrupted()).contains("install");
        assertThat(loaded.state().generation()).isEqualTo(3);
        assertThat(loaded.state().entries())
                .containsOnlyKeys("path:/etc/one", "sysctl:net.ipv4.ip_forward", "path:/etc/two");
        tree.uninstall();
        assertThat(tree.root().resolve("etc/one")).doesNotExist();
        assertThat(tree.root().resolve("etc/two")).doesNotExist();
        assertThat(tree.root().resolve("var/lib")).doesNotExist();
    }
}
