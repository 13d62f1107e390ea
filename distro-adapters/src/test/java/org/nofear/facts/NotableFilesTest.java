package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.CommandRunner;
import org.nofear.host.ExecCommandRunner;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.host.ToolPath;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

class NotableFilesTest {

    private static final String TREE = """
            file /usr/bin/find 0755
            file /usr/bin/open 0755
            file /usr/bin/mount 4711
            file /usr/bin/own 0600
            dir /usr/share/locked 0711
            file /usr/share/locked/in 0600
            link /usr/share/to -> ../../etc/to-it
            link /usr/share/into -> /etc
            dir /usr/share/a
            link /usr/share/beside -> open
            link /usr/share/dots -> a/b..c
            link /opt -> /usr/share
            """;

    private static final List<Notable> IN_TREE = List.of(
            new Notable.Closed(Path.of("/usr/bin/mount"), 04711, false),
            new Notable.Closed(Path.of("/usr/bin/own"), 0600, false),
            new Notable.Closed(Path.of("/usr/share/locked"), 0711, true),
            new Notable.Link(Path.of("/usr/share/to"), Path.of("../../etc/to-it")),
            new Notable.Link(Path.of("/usr/share/into"), Path.of("/etc")),
            new Notable.Link(Path.of("/usr/share/dots"), Path.of("a/b..c")),
            new Notable.Link(Path.of("/opt"), Path.of("/usr/share")));

    @Test
    void javaShowsLinksAndWhatIsClosedToOthers() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            NotableFiles files = NotableFiles.in(tree.host(), List.of("/usr", "/opt"));
            assertThat(files.found()).containsExactlyInAnyOrderElementsOf(IN_TREE);
            assertThat(files.complete()).isTrue();
        }
    }

    @Test
    void findShowsTheSame() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            Optional<NotableFiles> files = finding(tree.host()).find(List.of("/usr", "/opt"));
            assertThat(files.orElseThrow().found()).containsExactlyInAnyOrderElementsOf(IN_TREE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian-12", "gentoo", "silverblue-42"})
    void findAndJavaShowTheSameOfRecordedHosts(String name) throws IOException {
        try (LaidOut tree = RecordedHost.named(name).offline()) {
            write(tree.host().root().resolve("usr/bin/find"));
            List<String> shares = FilesystemLayout.detect(tree.host()).shares();
            assertThat(finding(tree.host()).find(shares).orElseThrow().found())
                    .containsExactlyInAnyOrderElementsOf(
                            ShareWalk.walk(tree.host(), shares).found());
        }
    }

    /** Java's strings cannot say which file it is. */
    @Test
    void aNameThatIsNoTextIsLeftToJava() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            assertThat(answering(tree.host(), new CommandResult(0, "l\000777\0/usr\0\ufffd\0/etc\0", "", false))
                            .find(List.of("/usr")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "l",
                "l\000777\0/usr\0a\0/etc",
                "l\000777\0/elsewhere\0a\0/etc\0",
                "p\000777\0/usr\0a\0\0",
                "f\0rw\0/usr\0a\0\0"
            })
    void anotherAnswerThanGnusIsLeftToJava(String answer) throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            assertThat(answering(tree.host(), new CommandResult(0, answer, "", false))
                            .find(List.of("/usr")))
                    .isEmpty();
        }
    }

    @Test
    void aFindThatFailsIsLeftToJava() throws IOException {
        try (LaidOut tree = RecordedHost.of(TREE).offline()) {
            assertThat(answering(tree.host(), new CommandResult(1, "", "unrecognized: -printf", false))
                            .find(List.of("/usr")))
                    .isEmpty();
            assertThat(answering(tree.host(), new CommandResult(137, "", "", true))
                            .find(List.of("/usr")))
                    .isEmpty();
        }
    }

    @Test
    void javasWalkIsBounded() throws IOException {
        try (LaidOut tree = RecordedHost.of("""
                link /usr/bin/one -> /etc/os-release
                link /usr/bin/two -> /etc/os-release
                """).offline()) {
            assertThat(ShareWalk.walk(tree.host(), List.of("/usr"), 1).complete())
                    .isFalse();
            assertThat(ShareWalk.walk(tree.host(), List.of("/usr"), 100).complete())
                    .isTrue();
        }
    }

    /** This machine's find, let loose on a tree. */
    private static FindProgram finding(Host tree) {
        ToolPath tools = ToolPath.under(Path.of("/"));
        CommandRunner runner = new ExecCommandRunner(tools);
        assumeTrue(Files.exists(Path.of("/usr/bin/find")), "there is no /usr/bin/find");
        return new FindProgram(new Host(tree.root(), tools, runner, NativeOs.system()));
    }

    private static FindProgram answering(Host tree, CommandResult result) {
        CommandRunner runner = (Command command) -> result;
        return new FindProgram(new Host(tree.root(), tree.tools(), runner, tree.os()));
    }

    private static void write(Path program) throws IOException {
        if (Files.notExists(program)) {
            Files.createDirectories(program.resolveSibling(""));
            Files.writeString(program, "");
            program.toFile().setExecutable(true, false);
        }
    }
}
