package org.nofear.setup.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.engine.Progress;

/** What is going on, as people, logs and machines see it. */
final class ProgressTest {

    private final StringWriter written = new StringWriter();
    private final PrintWriter out = new PrintWriter(written, true);

    private static void run(Progress progress) {
        try (Progress.Step step = progress.begin("build the kernel")) {
            step.advance(1, 4);
            step.done("12 MB");
        }
        try (Progress.Step step = progress.begin("boot\nit")) {
            step.advance(0, 0);
        }
        progress.note("a note");
        progress.warn("a \u001b[31mwarning");
    }

    @Test
    void aLogHasALineForEachStepWithItsTimeAndNoControlCharacters() {
        run(new ConsoleProgress(out, false, false, false));

        assertThat(written.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("ok  build the kernel: 12 MB  \\d+\\.\\d s"),
                        line -> assertThat(line).matches("failed  boot it  \\d+\\.\\d s"),
                        line -> assertThat(line).isEqualTo("a note"),
                        line -> assertThat(line).isEqualTo("warning: a \\x1b[31mwarning"));
        assertThat(written.toString()).doesNotContain("\u001b", "\r");
    }

    @Test
    void aTerminalShowsTheStepUnderWayAndOverwritesIt() {
        run(new ConsoleProgress(out, true, true, false));

        assertThat(written.toString())
                .startsWith("\r\u001b[Kbuild the kernel")
                .contains(
                        "\r\u001b[K\u001b[32mok\u001b[0m  build the kernel: 12 MB",
                        "\u001b[31mfailed\u001b[0m  boot it")
                .contains("\u001b[33mwarning: \u001b[0ma \\x1b[31mwarning");
    }

    @Test
    void aLongStepHasABar() throws InterruptedException {
        ConsoleProgress progress = new ConsoleProgress(out, true, false, false);
        try (Progress.Step step = progress.begin("build")) {
            long end = System.nanoTime() + 150_000_000L;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            step.advance(1, 2);
            step.advance(2, 2);
            step.done("");
        }

        assertThat(written.toString()).containsPattern("build \\[#{15}\\.{15}\\] 50 %  0\\.\\d s");
    }

    @Test
    void quietShowsWarningsAndFailuresOnly() {
        run(new ConsoleProgress(out, false, false, true));

        assertThat(written.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("failed  boot it"),
                        line -> assertThat(line).startsWith("warning: "));
    }

    @Test
    void machinesGetAnEventALine() {
        run(new JsonProgress(out));

        List<JsonObject> events = written.toString()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(events)
                .extracting(event -> event.get("event").getAsString())
                .containsExactly("begin", "progress", "done", "begin", "progress", "failed", "note", "warning");
        assertThat(events.get(1).get("done").getAsLong()).isEqualTo(1);
        assertThat(events.get(2).get("outcome").getAsString()).isEqualTo("12 MB");
        assertThat(events.get(2).get("milliseconds").getAsLong()).isNotNegative();
    }

    @Test
    void theLogFileTellsHowEachStepEnded(@TempDir Path directory) throws IOException {
        Path log = Files.createFile(directory.resolve("log"));

        run(new LoggedProgress(new ConsoleProgress(out, false, false, true), log));

        assertThat(Files.readAllLines(log))
                .startsWith("== build the kernel", "ok build the kernel 12 MB", "== boot", "it", "failed boot")
                .contains("a note");
    }
}
