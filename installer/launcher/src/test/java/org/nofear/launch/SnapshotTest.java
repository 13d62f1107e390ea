package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.contract.NetworkMode;
import org.nofear.contract.PlanKey;
import org.nofear.launch.Guest.Mode;
import org.nofear.launch.Guest.Share;

class SnapshotTest {

    @TempDir
    private Path directory = Path.of(".");

    private Path qemu = Path.of("q");
    private Path kernel = Path.of("k");
    private Path seed = Path.of("s");

    @BeforeEach
    void parts() throws IOException {
        qemu = Files.writeString(directory.resolve("qemu"), "one");
        kernel = Files.writeString(directory.resolve("kernel"), "one");
        seed = Files.writeString(directory.resolve("seed"), "one");
    }

    private Guest guest(String disk, String shared, int memory, int cpus) {
        return new Guest(
                kernel,
                directory.resolve("image"),
                seed,
                List.of(
                        new Share("usr", Path.of("/usr"), "/usr", Mode.OVERLAY, OptionalInt.empty()),
                        new Share("0", Path.of(shared), "/shared", Mode.RW, OptionalInt.of(0))),
                Optional.of(disk).filter(path -> !path.isEmpty()).map(Path::of),
                memory,
                cpus,
                NetworkMode.USER,
                List.of());
    }

    private String key(Guest guest) {
        return new Snapshot(new QemuCommand(qemu, false), guest).key();
    }

    private String key() {
        return key(guest("/home/a/disk.img", "/a", 512, 2));
    }

    @Test
    void profilesAndFoldersWithTheSameMachineShareIt() {
        assertThat(key(guest("/home/b/disk.img", "/b", 512, 2))).isEqualTo(key());
    }

    @Test
    void anotherMachineHasAnotherOne() {
        assertThat(List.of(
                        key(),
                        key(guest("", "/a", 512, 2)),
                        key(guest("/home/a/disk.img", "/a", 1024, 2)),
                        key(guest("/home/a/disk.img", "/a", 512, 1))))
                .doesNotHaveDuplicates();
    }

    @Test
    void anotherKernelOrVmmOrSizeOfTheSeedMakesANewOne() throws IOException {
        String before = key();
        Files.writeString(kernel, "another");
        String after = key();
        assertThat(after).isNotEqualTo(before);
        Files.writeString(qemu, "another");
        assertThat(key()).isNotEqualTo(after);
        after = key();
        Files.writeString(seed, "two");
        assertThat(key()).as("another content of the same size").isEqualTo(after);
        Files.writeString(seed, "another");
        assertThat(key()).isNotEqualTo(after);
    }

    @Test
    void aVmmBehindALinkCounts() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), qemu);
        Guest guest = guest("/d", "/a", 512, 2);
        String before = new Snapshot(new QemuCommand(link, false), guest).key();
        Files.writeString(qemu, "another");
        assertThat(new Snapshot(new QemuCommand(link, false), guest).key()).isNotEqualTo(before);
    }

    @Test
    void thePlanSaysWhatTheVmmIsStartedWith() {
        LaunchPlan.Builder builder = new LaunchPlan.Builder();
        Guest guest = guest("/d", "/a", 512, 2);
        new Snapshot(new QemuCommand(qemu, false), guest).plan(builder, Path.of("/store"));
        LaunchPlan plan = builder.build();
        assertThat(plan.all(PlanKey.SNAPSHOT)).containsExactly(key(guest));
        assertThat(plan.all(PlanKey.SNAPSHOT_DIR)).containsExactly("/store");
        assertThat(plan.all(PlanKey.SNAPSHOT_MEMORY)).containsExactly("536870912");
        assertThat(plan.all(PlanKey.SNAPSHOT_ARG))
                .contains("memory-backend-file,id=memory,share=on,mem-path=/proc/self/fd/@MEMORY_FD@,size=512M");
        assertThat(plan.all(PlanKey.SNAPSHOT_TAKE)).containsExactly("-incoming", "defer");
    }

    @Test
    void whereKvmBootsAGuestThereIsNone() {
        Guest guest = guest("/d", "/a", 512, 2);
        for (VmmCommand command : List.of(new QemuCommand(qemu, true), new LkvmCommand(Path.of("/l")))) {
            LaunchPlan.Builder plan = new LaunchPlan.Builder();
            new Snapshot(command, guest).plan(plan, Path.of("/store"));
            assertThat(plan.build().entries()).isEmpty();
        }
    }
}
