package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.PlanKey;

class PlanStoreTest {

    private static final LaunchPlan PLAN =
            new LaunchPlan.Builder().put(PlanKey.FORMAT, "nofear-plan-2").build();

    @TempDir
    private Path top = Path.of(".");

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(top.resolve("plans"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void aPlanHasOneFileForItsOptions() throws IOException {
        PlanStore store = new PlanStore(top.resolve("plans"));
        store.keep(PLAN, List.of("-t"));
        store.keep(PLAN, List.of("-t"));
        assertThat(kept()).hasSize(1).allMatch(file -> file.toString().endsWith(".plan"));
        assertThat(kept().get(0)).hasBinaryContent(PLAN.bytes());
        store.keep(PLAN, List.of("-t", "--"));
        assertThat(kept()).hasSize(2);
    }

    @Test
    void nobodyElseCanReadOrWriteThem() throws IOException {
        new PlanStore(top.resolve("plans")).keep(PLAN, List.of());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(top.resolve("plans"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept().get(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void theOldestGo() throws IOException {
        PlanStore store = new PlanStore(top.resolve("plans"));
        store.keep(PLAN, List.of("oldest"));
        Path oldest = kept().get(0);
        Files.setLastModifiedTime(oldest, FileTime.fromMillis(0));
        for (int i = 0; i < 64; i++) {
            store.keep(PLAN, List.of("option" + i));
        }
        assertThat(kept()).hasSize(64).doesNotContain(oldest);
    }

    @Test
    void aStoreThatCannotBeWrittenIsNoError() throws IOException {
        Path file = Files.writeString(top.resolve("plans"), "a file");
        new PlanStore(file).keep(PLAN, List.of());
        assertThat(file).hasContent("a file");
    }

    @Test
    void aStampIsTimeSizeAndInode() throws IOException {
        Path file = Files.writeString(top.resolve("a b"), "12345");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_500L));
        assertThat(PlanStore.stamp(file)).matches("1\\.500000000 5 \\d+ \\Q" + file + "\\E");
        assertThat(PlanStore.stamp(top.resolve("absent"))).isEqualTo("- - - " + top.resolve("absent"));
    }
}
