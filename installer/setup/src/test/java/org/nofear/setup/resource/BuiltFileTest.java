package org.nofear.setup.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

class BuiltFileTest {

    @TempDir
    private Path directory;

    private Target live() {
        Host host = Host.local();
        return new Target(host, new SafeFiles(host.root(), NativeOs.system(), Checkpoint.NONE), Optional.empty());
    }

    private boolean satisfied(Path path, Path source) throws IOException {
        return satisfied(path, source, Known.NOTHING);
    }

    private boolean satisfied(Path path, Path source, Known known) throws IOException {
        // Neither the mode nor the owner is the wanted one.
        BuiltFile file = new BuiltFile(path.toString(), source, new Permissions(0711, "root", "root"), "a test");
        Snapshot found = file.inspect(live());
        return file.satisfiedBy(live(), found, known);
    }

    @Test
    void aFileThatIsItsOwnSourceIsAPackagesAndLeftAlone() throws IOException {
        Path file = Files.writeString(directory.toRealPath().resolve("nofear"), "program");
        assertThat(satisfied(file, file)).isTrue();
    }

    @Test
    void oneThatInstallPutThereIsNot() throws IOException {
        Path file = Files.writeString(directory.toRealPath().resolve("lkvm"), "program");
        assertThat(satisfied(file, file, new Known(() -> true, Optional.empty())))
                .as("its mode is another")
                .isFalse();
    }

    @Test
    void aCopyWithAnotherModeIsNot() throws IOException {
        Path source = Files.writeString(directory.toRealPath().resolve("source"), "program");
        Path copy = Files.writeString(directory.toRealPath().resolve("copy"), "program");
        assertThat(satisfied(copy, source)).isFalse();
    }

    /** Java's archive of classes holds for jars of the same time. */
    @Test
    void aCopyHasTheTimeOfItsSource() throws IOException {
        Path source = Files.writeString(directory.toRealPath().resolve("source"), "program");
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(source, time);
        BuiltFile file = new BuiltFile(
                directory.resolve("copy").toString(), source, new Permissions(0644, "root", "root"), "a test");
        assertThat(file.wanted(live()))
                .isInstanceOfSatisfying(
                        Snapshot.File.class,
                        wanted -> assertThat(wanted.modified()).contains(time));
    }
}
