package org.nofear.setup.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;

final class RememberedStageTest {

    @TempDir
    Path directory;

    private static List<Resource> file(String path) {
        return List.of(new FileResource(path, Content.of("text\n"), OfflineTree.mine(0644), "test"));
    }

    @Test
    void isAskedOnceUntilSomethingHasChanged() {
        AtomicInteger asked = new AtomicInteger();
        Stage stage = new RememberedStage(() -> file("/etc/" + asked.incrementAndGet()));
        assertThat(stage.resources()).isEqualTo(file("/etc/1"));
        assertThat(stage.resources()).isEqualTo(file("/etc/1"));
        stage.forget();
        assertThat(stage.resources()).isEqualTo(file("/etc/2"));
    }

    @Test
    void isAskedAnewWhenAnEarlierStageHasMadeSomething() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        AtomicBoolean made = new AtomicBoolean();
        Stage maker = new Stage() {
            @Override
            public boolean prepare(Progress progress) {
                return !made.getAndSet(true);
            }

            @Override
            public List<Resource> resources() {
                return List.of();
            }
        };
        Stage later = new RememberedStage(() -> file(made.get() ? "/etc/with" : "/etc/without"));
        tree.installer(Checkpoint.NONE).install(List.of(maker, later), List.of());
        assertThat(tree.root().resolve("etc/with")).exists();
        assertThat(tree.root().resolve("etc/without")).doesNotExist();
    }

    @Test
    void isAskedAnewWhenAnEarlierStageHasChangedTheHost() throws IOException {
        OfflineTree tree = OfflineTree.in(directory);
        Path program = tree.root().resolve("etc/program");
        Stage later = new RememberedStage(() -> file(Files.exists(program) ? "/etc/with" : "/etc/without"));
        tree.installer(Checkpoint.NONE).install(List.of(Stage.of(file("/etc/program")), later), List.of());
        assertThat(tree.root().resolve("etc/with")).exists();
        assertThat(tree.root().resolve("etc/without")).doesNotExist();
    }
}
