package org.nofear.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nofear.contract.NetworkMode;
import org.nofear.launch.Guest.Mode;
import org.nofear.launch.Guest.Share;

class VmmCommandTest {

    private static Guest guest(NetworkMode network, String folder, String... append) {
        return new Guest(
                Path.of("/k"),
                Path.of("/i"),
                Path.of("/seed.ext4"),
                List.of(
                        new Share("usr", Path.of("/usr"), "/usr", Mode.OVERLAY, OptionalInt.empty()),
                        new Share("0", Path.of(folder), "/shared", Mode.RW, OptionalInt.of(0))),
                Optional.of(Path.of("/p/disk.img")),
                512,
                2,
                network,
                List.of(append));
    }

    private static List<String> qemu(boolean kvm, NetworkMode network, String folder) {
        return new QemuCommand(Path.of("/q"), kvm).arguments(guest(network, folder));
    }

    private static List<String> lkvm(NetworkMode network, String folder, String... append) {
        return new LkvmCommand(Path.of("/l")).arguments(guest(network, folder, append));
    }

    @Test
    void theVmmSharesTheHostsOwnReadOnlyAndHasAChannelForWhatTheUserShares() {
        assertThat(qemu(true, NetworkMode.NONE, "/f"))
                .anyMatch(word -> word.startsWith("local,id=usr,path=/usr,") && word.contains("readonly=on"))
                .containsSequence(
                        "-chardev",
                        "socket,id=files,fd=@FILES_FD@",
                        "-device",
                        "virtserialport,chardev=files,name=nofear.files")
                .noneMatch(word -> word.contains("/f,"));
        assertThat(lkvm(NetworkMode.NONE, "/f"))
                .anyMatch(word -> word.contains("fd=@FILES_FD@"))
                .noneMatch(word -> word.startsWith("/f,"));
    }

    @Test
    void qemuTakesNoMoreProcessorsThanItsFirmwareHasRoomFor() {
        assertThat(new QemuCommand(Path.of("/q"), true).mostCpus()).hasValue(32);
        assertThat(new LkvmCommand(Path.of("/l")).mostCpus()).isEmpty();
    }

    @Test
    void theSeedIsTheDiskBehindTheProfilesAndNobodyWritesIt() {
        assertThat(qemu(true, NetworkMode.NONE, "/f").stream().filter(word -> word.startsWith("if=none,")))
                .containsExactly(
                        "if=none,id=disk,format=raw,cache=writeback,discard=unmap,werror=report,file=/p/disk.img",
                        "if=none,id=seed,format=raw,readonly=on,file=/seed.ext4");
        assertThat(lkvm(NetworkMode.NONE, "/f")).containsSequence("-d", "/p/disk.img", "-d", "/seed.ext4,ro");
    }

    @Test
    void aCommaInAPathEndsNothing() {
        assertThat(qemu(true, NetworkMode.NONE, "/a,readonly=on,b")).noneMatch(word -> word.contains("/a,"));
        assertThat(lkvm(NetworkMode.NONE, "/a,b")).noneMatch(word -> word.contains("/a,"));
    }

    @Test
    void qemuHasItsSandboxAndNoDeviceThatNobodyAskedFor() {
        assertThat(qemu(false, NetworkMode.NONE, "/f"))
                .contains("-nodefaults", "-no-user-config", "-no-reboot")
                .containsSequence("-nic", "none")
                .containsSequence("-cpu", "max,erms=off,fsrm=off,vmx=off,svm=off")
                .containsSequence("-smp", "2")
                .containsSequence("-m", "512M")
                .anyMatch(word -> word.startsWith("on,") && word.contains("spawn=deny"));
    }

    @Test
    void qemuKeepsTheLegacyTimerWithoutWhichTheEmulationHangsButNotItsInterruptController() {
        assertThat(qemu(false, NetworkMode.NONE, "/f")).anyMatch(word -> word.contains("pit=on,pic=off"));
    }

    @Test
    void eachNetworkHasItsDevice() {
        assertThat(qemu(true, NetworkMode.USER, "/f")).anyMatch(word -> word.startsWith("user,"));
        assertThat(qemu(true, NetworkMode.TAP, "/f"))
                .containsSequence("-netdev", "tap,id=net,fd=@TAP_FD@")
                .contains("virtio-net-device,netdev=net,mac=02:15:15:15:15:15");
        assertThat(lkvm(NetworkMode.NONE, "/f")).filteredOn("-n"::equals).hasSize(2);
        assertThat(lkvm(NetworkMode.TAP, "/f"))
                .containsSequence(
                        "-n", "mode=tap,fd=@TAP_FD@,tapif=/dev/net/tun,guest_mac=02:15:15:15:15:15,script=none");
    }

    @Test
    void lkvmsChannelsAreItsLastCardsAndDescriptors() {
        for (NetworkMode network : NetworkMode.values()) {
            List<String> words = lkvm(network, "/f");
            assertThat(words.subList(words.size() - 4, words.size()))
                    .containsExactly(
                            "-n",
                            "mode=tap,fd=@CHANNEL_FD@,tapif=/channel,guest_mac=02:15:15:15:15:c0,script=none",
                            "-n",
                            "mode=tap,fd=@FILES_FD@,tapif=/channel,guest_mac=02:15:15:15:15:c2,script=none");
            assertThat(words).doesNotContain("--vsock").anyMatch(word -> word.contains(" nofear.channel=packets "));
        }
    }

    @Test
    void devicesAreThoseThatAreOpened() {
        assertThat(new QemuCommand(Path.of("/q"), false).devices(guest(NetworkMode.USER, "/f")))
                .isEmpty();
        assertThat(new QemuCommand(Path.of("/q"), true).devices(guest(NetworkMode.TAP, "/f")))
                .containsExactly("/dev/kvm");
        assertThat(new LkvmCommand(Path.of("/l")).devices(guest(NetworkMode.TAP, "/f")))
                .containsExactly("/dev/kvm", "/dev/urandom");
    }

    @Test
    void lkvmGetsNoRootShareAndACommandLineThatItDoesNotCut() {
        assertThat(lkvm(NetworkMode.NONE, "/f")).contains("--nodefaults").containsSequence("--9p", "/usr,usr");
        assertThatThrownBy(() -> lkvm(NetworkMode.NONE, "/f", "x".repeat(2048))).hasMessageContaining("2048");
    }
}
