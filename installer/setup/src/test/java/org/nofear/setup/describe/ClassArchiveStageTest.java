package org.nofear.setup.describe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.build.Cache;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.host.ToolPath;
import org.nofear.setup.engine.Silence;
import org.nofear.setup.resource.BuiltFile;

class ClassArchiveStageTest {

    private static final String OPTION = "-XX:ArchiveClassesAtExit=";

    @TempDir
    private Path directory;

    private final List<Command> commands = new ArrayList<>();
    private boolean makes = true;

    @BeforeEach
    void installJars() throws IOException {
        Files.createDirectories(jars());
        Files.writeString(jars().resolve("setup.jar"), "classes");
    }

    private Path jars() {
        return directory.resolve("prefix/lib/nofear/jars");
    }

    private Path cache() {
        return directory.resolve("cache");
    }

    private ClassArchiveStage stage() {
        Path root = Path.of("/");
        Host host = new Host(root, ToolPath.under(root), this::java, NativeOs.system());
        Workshop workshop = new Workshop(directory.resolve("home"), host, new Cache(cache()), 1);
        return new ClassArchiveStage(workshop, new Layout(directory.resolve("prefix")));
    }

    private CommandResult java(Command command) throws IOException {
        commands.add(command);
        for (String word : command.argv()) {
            if (makes && word.startsWith(OPTION)) {
                Files.writeString(Path.of(word.substring(OPTION.length())), "archive");
            }
        }
        return new CommandResult(1, "", "doctor found something", false);
    }

    private BuiltFile wanted() {
        return (BuiltFile) stage().resources().get(0);
    }

    @Test
    void isMadeOnceByDoctorWithTheInstalledJars() throws IOException {
        assertThat(stage().prepare(new Silence())).isTrue();
        assertThat(stage().prepare(new Silence())).isFalse();
        assertThat(commands).hasSize(1);
        assertThat(commands.get(0).argv()).contains(jars() + "/*", "doctor");
        assertThat(wanted().path())
                .isEqualTo(directory.resolve("prefix/lib/nofear/setup.jsa").toString());
        assertThat(wanted().source()).hasContent("archive");
    }

    @Test
    void isMadeAnewForOtherJarsAndTheOldOneIsGone() throws IOException {
        stage().prepare(new Silence());
        Path old = wanted().source();
        Files.setLastModifiedTime(jars().resolve("setup.jar"), FileTime.fromMillis(1000));
        assertThat(stage().prepare(new Silence())).isTrue();
        assertThat(wanted().source()).isNotEqualTo(old).exists();
        assertThat(old).doesNotExist();
    }

    @Test
    void ofAnotherJavaStaysUntilItIsMadeAnew() throws IOException {
        stage().prepare(new Silence());
        Path source = wanted().source();
        Files.writeString(source.resolveSibling("java"), "/opt/old 17.0.1");
        assertThat(wanted().source()).isEqualTo(source).exists();
        assertThat(stage().prepare(new Silence())).isTrue();
        assertThat(commands).hasSize(2);
    }

    @Test
    void isNotWantedWhereJavaMakesNone() throws IOException {
        makes = false;
        assertThat(stage().prepare(new Silence())).isTrue();
        assertThat(stage().resources()).isEmpty();
        assertThat(stage().prepare(new Silence())).isFalse();
    }

    @Test
    void isStillToBeMadeInAPlan() throws IOException {
        Stream.of(jars().resolve("setup.jar"), jars())
                .forEach(each -> each.toFile().delete());
        assertThat(wanted().preview().words()).isEqualTo("still to be made");
        assertThat(cache()).doesNotExist();
    }
}
