package org.nofear.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One nofear-setup at a time, among real processes. */
final class LockTest {

    @TempDir
    Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        for (Process each : started) {
            each.descendants().forEach(ProcessHandle::destroyForcibly);
            each.destroyForcibly().waitFor();
        }
    }

    /** Starts a process that takes the lock and waits; returns when it has it. */
    private Process holder(String... more) throws IOException {
        List<String> argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                directory.toString()));
        argv.addAll(List.of(more));
        Process process = new ProcessBuilder(argv)
                .redirectError(ProcessBuilder.Redirect.to(new File(directory.toFile(), "error")))
                .start();
        started.add(process);
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(output.readLine()).isEqualTo("held");
        return process;
    }

    private int take(Path root) throws IOException {
        return SetupLock.holding(directory, root, "uninstall", () -> 7);
    }

    @Test
    void theSecondEndsAtOnceAndNamesTheFirst() throws IOException {
        Process first = holder();
        long began = System.nanoTime();

        assertThatThrownBy(() -> take(Path.of("/"))).isInstanceOfSatisfying(UserError.class, error -> {
            assertThat(error.code()).isEqualTo(ExitCode.BUSY);
            assertThat(error.line())
                    .matches(
                            "another nofear-setup is running: process " + first.pid()
                                    + " \\(install\\) since 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ: try again when it has ended");
        });
        assertThat(System.nanoTime() - began).isLessThan(1_000_000_000L);
    }

    @Test
    void anotherTreeHasAnotherLock() throws IOException {
        holder();

        assertThat(take(Path.of("/srv/tree"))).isEqualTo(7);
    }

    @Test
    void theLockOfADeadProcessIsNoObstacle() throws Exception {
        Process first = holder();
        first.destroyForcibly().waitFor();

        assertThat(take(Path.of("/"))).isEqualTo(7);
    }

    @Test
    void childrenDoNotHaveIt() throws Exception {
        Process first = holder("child");
        Optional<ProcessHandle> child = first.children().findFirst();
        assertThat(child).isPresent();
        first.destroyForcibly().waitFor();

        assertThat(child.get().isAlive()).isTrue();
        assertThat(take(Path.of("/"))).isEqualTo(7);
        child.get().destroyForcibly();
    }

    @Test
    void itIsFreeAgainAfterTheWork() throws IOException {
        assertThat(take(Path.of("/"))).isEqualTo(7);
        assertThat(take(Path.of("/"))).isEqualTo(7);
    }
}
