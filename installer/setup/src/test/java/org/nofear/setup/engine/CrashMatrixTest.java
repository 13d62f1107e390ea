package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.setup.UserError;
import org.nofear.setup.files.Checkpoint;

/** Stops install and uninstall after each single step that touches the disk, and goes on in both ways. */
@Tag("long")
final class CrashMatrixTest {

    @TempDir(factory = InMemory.class)
    Path directory;

    private Map<String, String> before = Map.of();
    private Map<String, String> installed = Map.of();
    private boolean live;
    private int trees;

    /** The process is gone: nothing in it runs any more, no clean-up either. */
    private static final class Killed extends Error {}

    /** Kills after a number of steps. */
    private static final class KillAfter implements Checkpoint {
        private final int limit;
        private int steps;

        KillAfter(int limit) {
            this.limit = limit;
        }

        @Override
        public void passed(String step) {
            if (++steps == limit) {
                throw new Killed();
            }
        }
    }

    /** A command, cut short after some steps. */
    private interface Command {
        void run(OfflineTree tree, Checkpoint checkpoint) throws IOException;
    }

    /** An overlay, whose lower directories the kernel does not rename (EXDEV). */
    private record Overlay(Checkpoint rest) implements Checkpoint {
        @Override
        public void passed(String step) {
            if (step.startsWith(Checkpoint.MOVE) && !step.contains(".nofear-tmp.")) {
                CrashMatrixTest.<RuntimeException>raise(
                        new AtomicMoveNotSupportedException(step, null, "Invalid cross-device link"));
            }
            rest.passed(step);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void raise(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void uninstallOnAnOverlay(OfflineTree tree, Checkpoint checkpoint) throws IOException {
        tree.uninstall(new Overlay(checkpoint));
    }

    @Test
    void anUninstallOnAnOverlayIsWholeAndCompletedWhereverItWasKilled() throws IOException {
        prepare(false);
        OfflineTree counted = tree();
        counted.install();
        int steps = steps(counted, CrashMatrixTest::uninstallOnAnOverlay);
        assertThat(counted.picture()).isEqualTo(before);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            tree.install();
            kill(tree, CrashMatrixTest::uninstallOnAnOverlay, step);
            tree.uninstall(new Overlay(Checkpoint.NONE));
            assertThat(tree.picture()).as("step %d", step).isEqualTo(before);
        }
    }

    private void prepare(boolean running) throws IOException {
        live = running;
        OfflineTree tree = tree();
        before = tree.picture();
        tree.install();
        installed = tree.pictureWithoutState();
    }

    private OfflineTree tree() throws IOException {
        Path home = Files.createDirectory(directory.resolve("t" + trees++));
        return live ? OfflineTree.live(home) : OfflineTree.in(home);
    }

    private static int steps(OfflineTree tree, Command command) throws IOException {
        KillAfter counter = new KillAfter(Integer.MAX_VALUE);
        command.run(tree, counter);
        return counter.steps;
    }

    private static void kill(OfflineTree tree, Command command, int step) throws IOException {
        try {
            command.run(tree, new KillAfter(step));
            fail("not killed at step " + step);
        } catch (Killed asPlanned) {
            // What is on the disk now is what a dead process leaves.
        }
    }

    private static void installTo(OfflineTree tree, Checkpoint checkpoint) throws IOException {
        tree.install(checkpoint, tree.resources());
    }

    @Test
    void anInstallKilledAtAnyStepIsCompletedByTheNext() throws IOException {
        prepare(true);
        int steps = steps(tree(), CrashMatrixTest::installTo);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            kill(tree, CrashMatrixTest::installTo, step);
            tree.install();
            assertThat(tree.pictureWithoutState()).as("step %d", step).isEqualTo(installed);
            tree.uninstall();
            assertThat(tree.picture()).as("step %d, uninstalled", step).isEqualTo(before);
        }
    }

    @ParameterizedTest(name = "live: {0}")
    @ValueSource(booleans = {false, true})
    void anInstallKilledAtAnyStepIsTakenBackByUninstall(boolean running) throws IOException {
        prepare(running);
        int steps = steps(tree(), CrashMatrixTest::installTo);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            kill(tree, CrashMatrixTest::installTo, step);
            tree.uninstall();
            assertThat(tree.picture()).as("step %d", step).isEqualTo(before);
        }
    }

    @Test
    void anUninstallKilledAtAnyStepIsCompletedByTheNext() throws IOException {
        prepare(true);
        OfflineTree counted = tree();
        counted.install();
        int steps = steps(counted, OfflineTree::uninstall);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            tree.install();
            kill(tree, OfflineTree::uninstall, step);
            tree.uninstall();
            assertThat(tree.picture()).as("step %d", step).isEqualTo(before);
        }
    }

    @Test
    void anUninstallKilledAtAnyStepIsUndoneByInstall() throws IOException {
        prepare(true);
        OfflineTree counted = tree();
        counted.install();
        int steps = steps(counted, OfflineTree::uninstall);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            tree.install();
            kill(tree, OfflineTree::uninstall, step);
            tree.install();
            assertThat(tree.pictureWithoutState()).as("step %d", step).isEqualTo(installed);
            tree.uninstall();
            assertThat(tree.picture()).as("step %d, uninstalled", step).isEqualTo(before);
        }
    }

    /** A build that fails, or a disk that is full, has the installer take everything back; and that can be killed too. */
    @Test
    void aFailingInstallKilledWhileItTakesBackIsTakenBackByUninstall() throws IOException {
        prepare(true);
        int steps = steps(tree(), CrashMatrixTest::failing);
        for (int step = 1; step <= steps; step++) {
            OfflineTree tree = tree();
            kill(tree, CrashMatrixTest::failing, step);
            tree.uninstall();
            assertThat(tree.picture()).as("step %d", step).isEqualTo(before);
        }
    }

    private static void failing(OfflineTree tree, Checkpoint checkpoint) throws IOException {
        Stage last = new FailingStage("no compiler");
        try {
            tree.installer(checkpoint).install(List.of(Stage.of(tree.resources()), last), List.of());
            fail("it does not fail");
        } catch (UserError failed) {
            assertThat(failed).hasMessageContaining("no compiler");
        }
    }
}
