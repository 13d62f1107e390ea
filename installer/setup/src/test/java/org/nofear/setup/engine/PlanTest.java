package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.resource.DirectoryResource;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

/** What is shown beforehand is what is then done. */
final class PlanTest {

    @TempDir
    Path directory;

    private static List<String> list(List<Change> changes) {
        return changes.stream()
                .map(each -> each.kind() + " " + each.id() + " " + each.before() + " -> " + each.after())
                .toList();
    }

    private static Resource text(String path, String text) {
        return new FileResource(path, Content.of(text), OfflineTree.mine(0644), "test");
    }

    @Test
    void installDoesExactlyWhatItsPlanShowsInThatOrder() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        List<Change> planned = tree.plan(tree.resources()).changes();

        List<Change> done = tree.install().changes();

        assertThat(list(done)).isEqualTo(list(planned)).hasSizeGreaterThan(15);
        assertThat(tree.plan(tree.resources()).changes()).isEmpty();
    }

    @Test
    void soItDoesInStagesAlsoWhereALaterOneListsADirectoryThatAnEarlierOneNeeds() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        List<Stage> stages = List.of(
                Stage.of(List.of(text("/usr/local/lib/nofear/a", "a"))),
                Stage.of(List.of(
                        new DirectoryResource("/usr/local/lib/nofear", OfflineTree.mine(0700), "private"),
                        text("/usr/local/lib/nofear/b", "b"))));
        List<Change> planned = tree.installer(Checkpoint.NONE).plan(stages).changes();

        List<Change> done =
                tree.installer(Checkpoint.NONE).install(stages, List.of()).changes();

        assertThat(list(done)).isEqualTo(list(planned));
        assertThat(planned).extracting(Change::id).doesNotHaveDuplicates();
        assertThat(tree.installer(Checkpoint.NONE).install(stages, List.of()).changes())
                .isEmpty();
    }

    @Test
    void whatAnUpgradeTakesBackIsInThePlanToo() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.install();
        List<Resource> fewer = new ArrayList<>(tree.resources());
        fewer.removeIf(each -> each.place().id().contains("lkvm"));
        fewer.add(text("/etc/new", "new\n"));
        List<Change> planned = tree.plan(fewer).changes();

        List<Change> done = tree.install(Checkpoint.NONE, fewer).changes();

        assertThat(list(done)).isEqualTo(list(planned));
        assertThat(planned)
                .anySatisfy(change -> assertThat(change.kind() + " " + change.id())
                        .isEqualTo("DELETE path:/usr/local/lib/nofear/lkvm"));
    }

    @Test
    void uninstallDoesExactlyWhatItsPlanShows() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        tree.install();
        List<Change> planned = tree.uninstaller(Checkpoint.NONE).plan().changes();

        assertThat(list(tree.uninstall().changes())).isEqualTo(list(planned)).hasSizeGreaterThan(15);
    }

    @Test
    void planningChangesNothing() throws IOException {
        OfflineTree tree = OfflineTree.live(directory);
        Map<String, String> before = tree.picture();
        tree.plan(tree.resources());
        tree.uninstaller(Checkpoint.NONE).plan();
        assertThat(tree.picture()).isEqualTo(before);
        tree.install();
        Map<String, String> installed = tree.picture();

        tree.plan(List.of(text("/etc/new", "new\n")));
        tree.uninstaller(Checkpoint.NONE).plan();

        assertThat(tree.picture()).isEqualTo(installed);
        assertThat(tree.machine().ran).filteredOn(argv -> argv.contains("-f")).hasSize(1);
    }

    @Test
    void aChangedTextIsShownAsADiff() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.write("etc/text", "one\ntwo\nthree\n", 0644);

        Change change = tree.plan(List.of(text("/etc/text", "one\n2\nthree\n")))
                .changes()
                .get(0);

        assertThat(change.kind()).isEqualTo(Change.Kind.CHANGE);
        assertThat(change.diff()).contains("@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n");
        assertThat(change.reason()).isEqualTo("test");
    }

    @Test
    void aNewTextIsShownWhole() throws IOException {
        Change change = OfflineTree.in(directory)
                .plan(List.of(text("/etc/text", "one\n")))
                .changes()
                .get(0);

        assertThat(change.diff()).contains("@@ -0,0 +1,1 @@\n+one\n");
    }

    @Test
    void whatReplacesABinaryIsNotShownAsIfNothingHadBeenThere() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        tree.write("etc/text", "a\0b", 0644);

        assertThat(tree.plan(List.of(text("/etc/text", "one\n")))
                        .changes()
                        .get(0)
                        .diff())
                .isEmpty();
    }
}
