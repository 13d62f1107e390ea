package org.nofear.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell as the program that is run; it is there on every machine that builds this. */
class ExecCommandRunnerTest {

    private final ExecCommandRunner runner = new ExecCommandRunner(ToolPath.under(Path.of("/")));

    @Test
    void argumentsStayAsTheyAre() throws IOException {
        List<String> words = List.of("a  b", "\"q\"", "'s'", "", "$HOME", "back\\slash", "${x}", "*", "é\n");
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", "printf '<%s>' \"$@\"", "sh"));
        argv.addAll(words);
        assertThat(runner.run(Command.of(argv)).output()).isEqualTo("<" + String.join("><", words) + ">");
    }

    @Test
    void theEnvironmentIsTheCommandsAlone() throws IOException {
        CommandResult result = runner.run(
                Command.of("/bin/sh", "-c", "env -u PWD -u _ -u SHLVL").withEnvironment(Map.of("ONLY", "this")));
        assertThat(result.lines()).containsExactly("ONLY=this");
    }

    @Test
    void inputOutputErrorAndStatusArePassedOn() throws IOException {
        CommandResult result = runner.run(
                Command.of("/bin/sh", "-c", "cat; echo bad >&2; exit 7").withInput("text"));
        assertThat(result).isEqualTo(new CommandResult(7, "text", "bad\n", false));
        assertThat(runner.run(Command.of("/bin/sh", "-c", "kill -9 $$")).status())
                .isEqualTo(137);
    }

    @Test
    void theDeadlineKills() throws IOException {
        CommandResult result =
                runner.run(Command.of("/bin/sh", "-c", "exec sleep 60").withDeadline(Duration.ofMillis(200)));
        assertThat(result.timedOut()).isTrue();
        assertThat(result.succeeded()).isFalse();
    }

    @Test
    void theDeadlineHoldsThoughChildrenKeepTheOutputOpen() throws IOException {
        CommandResult result =
                runner.run(Command.of("/bin/sh", "-c", "sleep 6 & wait").withDeadline(Duration.ofMillis(200)));
        assertThat(result.timedOut()).isTrue();
    }

    @Test
    void aLogIsAppendedTo(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("log");
        runner.run(Command.of("/bin/sh", "-c", "echo one").loggingTo(log));
        runner.run(Command.of("/bin/sh", "-c", "echo two >&2").loggingTo(log));
        assertThat(log).hasContent("one\ntwo\n");
    }

    @Test
    void whatIsNotThereIsNotStarted() {
        assertThatThrownBy(() -> runner.run(Command.of("no-such-program-at-all")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no-such-program-at-all");
        assertThatThrownBy(() -> runner.run(Command.of("/no/such/program"))).isInstanceOf(IOException.class);
    }
}
