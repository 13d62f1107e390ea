package org.nofear.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedVersionsTest {

    @TempDir
    Path directory;

    private final List<Command> run = new ArrayList<>();
    private int status;

    private CommandRunner versions() {
        return new RememberedVersions(
                command -> {
                    run.add(command);
                    return new CommandResult(status, "answer " + run.size() + "\nä = 1", "said", false);
                },
                new VersionMemory(directory.resolve("versions"), true));
    }

    @BeforeEach
    void aProgram() throws IOException {
        Files.writeString(program(), "1");
    }

    @Test
    void theSameFileIsAskedOnceFromOneRunToTheNext() throws IOException {
        assertThat(ask("--version")).isEqualTo("answer 1");
        assertThat(ask("--version")).isEqualTo("answer 1");
    }

    @Test
    void anUpgradedOneIsAskedAgain() throws IOException {
        ask("--version");
        Path newer = Files.writeString(directory.resolve("newer"), "2");
        Files.move(newer, program(), StandardCopyOption.REPLACE_EXISTING);

        assertThat(ask("--version")).isEqualTo("answer 2");
    }

    @Test
    void oneThatFailedIsAskedAgain() throws IOException {
        status = 1;
        ask("--version");
        status = 0;

        assertThat(ask("--version")).isEqualTo("answer 2");
    }

    @Test
    void qemuIsAskedForItsMachinesOnceAsWell() throws IOException {
        assertThat(ask("-machine", "help")).isEqualTo("answer 1");
        assertThat(ask("--version")).isEqualTo("answer 2");
        assertThat(ask("-machine", "help")).isEqualTo("answer 1");
    }

    @Test
    void otherQuestionsAreAlwaysAsked() throws IOException {
        ask("--help");

        assertThat(ask("--help")).isEqualTo("answer 2");
    }

    @Test
    void aTornFileIsNoObstacle() throws IOException {
        ask("--version");
        Files.writeString(directory.resolve("versions"), "\\u12");

        assertThat(ask("--version")).isEqualTo("answer 2");
        assertThat(ask("--version")).isEqualTo("answer 2");
    }

    @Test
    void withoutItsDirectoryNothingIsKept() throws IOException {
        CommandRunner runner = new RememberedVersions(
                command -> new CommandResult(0, "1", "", false),
                new VersionMemory(directory.resolve("none/versions"), true));

        assertThat(runner.run(Command.of(program().toString(), "--version")).output())
                .isEqualTo("1");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    private Path program() {
        return directory.resolve("program");
    }

    private String ask(String... question) throws IOException {
        String[] argv = Stream.concat(Stream.of(program().toString()), Stream.of(question))
                .toArray(String[]::new);
        CommandResult result = versions().run(Command.of(argv));
        assertThat(result.error()).isEqualTo("said");
        return result.lines().get(0);
    }
}
