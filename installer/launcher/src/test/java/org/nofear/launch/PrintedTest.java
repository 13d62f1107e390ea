package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is printed of what a guest, a VMM or a caller wrote. */
class PrintedTest {

    private static final String TITLE = "\u001b]0;title\u0007";

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void namesInJsonAreEscaped() {
        String json = new ProfileJson()
                .changes(List.of(new ProfileDiff.Change(ProfileDiff.Kind.ADDED, "/usr/" + TITLE + "\u009b2J\u202e")));
        assertThat(json).isEqualTo("[{\"change\":\"added\",\"path\":\"/usr/\\u001b]0;title\\u0007\\u009b2J\\u202e\"}]");
    }

    @Test
    void messagesAreMadePrintable() {
        StringWriter said = new StringWriter();
        Caller caller = new Caller(1000, 1000, directory, Map.of("HOME", "/"));
        CommandLine line = Main.commandLine(new Main(caller, directory), List.of("profile"));
        line.setErr(new PrintWriter(said));
        line.execute("profile", "show", TITLE);
        line.execute("--no" + TITLE);
        assertThat(said.toString()).contains("title").doesNotContain("\u001b").doesNotContain("\u0007");
    }

    /** The status file lies where the VMM may write. */
    @Test
    void aVmIsNoOtherProcess() throws IOException {
        Path vm = Files.createDirectory(directory.resolve("vm"));
        Files.writeString(
                vm.resolve("status"),
                "pid\0" + ProcessHandle.current().pid() + "\0profile\0bank\0vmm.kind\0" + TITLE + "\0");
        assertThat(new RunningVms(directory).list()).isEmpty();
    }

    @Test
    void whyAVmRuns() {
        assertThat(new RunningVms.Vm("a", "lkvm", 2, 1, 5, "x").reason()).isEqualTo("1 command");
        assertThat(new RunningVms.Vm("a", "lkvm", 2, 0, 2, "tmux: server, bash").reason())
                .isEqualTo("kept by tmux: server, bash");
        assertThat(new RunningVms.Vm("a", "lkvm", 2, 0, 9, "x, y").reason()).isEqualTo("kept by x, y, ... (9)");
        assertThat(new RunningVms.Vm("a", "lkvm", 2, 0, 0, "").reason()).isEqualTo("waits for a command");
    }

    @Test
    void aRelativeFolderNeedsADirectory() {
        StringWriter said = new StringWriter();
        Caller caller = new Caller(1000, 1000, directory, Map.of("NOFEAR_NO_DIRECTORY", "1"));
        CommandLine line = Main.commandLine(new Main(caller, directory), List.of("run"));
        line.setErr(new PrintWriter(said));
        assertThat(line.execute("run", "-f", ".", "--", "true")).isEqualTo(125);
        assertThat(said.toString()).contains("working directory").hasLineCount(1);
    }
}
