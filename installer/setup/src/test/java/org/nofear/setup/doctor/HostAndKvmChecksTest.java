package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostAndKvmChecksTest {

    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void machine() throws IOException {
        bench = new Bench(root);
    }

    private String group() throws IOException {
        return Files.readAttributes(root.resolve("dev/kvm"), PosixFileAttributes.class)
                .group()
                .getName();
    }

    @Test
    void a_known_distribution_passes_and_an_unknown_one_warns() throws IOException {
        assertThat(bench.run(new HostChecks.Distro()).summary())
                .contains("bookworm")
                .contains("debian");
        bench.write("etc/os-release", "ID=strange\n")
                .remove("var/lib/dpkg/status")
                .remove("usr/bin/apt-get");
        assertThat(bench.run(new HostChecks.Distro()).status()).isEqualTo(Status.WARN);
    }

    @Test
    void only_x86_64_runs_guests() throws IOException {
        assertThat(bench.run(new HostChecks.Arch()).status()).isEqualTo(Status.PASS);
        bench.write("proc/sys/kernel/arch", "i686\n");
        assertThat(bench.run(new HostChecks.Arch()).status()).isEqualTo(Status.FAIL);
    }

    @Test
    void a_missing_device_fails_with_the_module_to_load() throws IOException {
        Finding finding = bench.run(new KvmChecks.Device());
        assertThat(finding.status()).isEqualTo(Status.FAIL);
        assertThat(finding.fix()).contains("sudo modprobe kvm_amd");
        bench.write("dev/kvm", "");
        assertThat(bench.run(new KvmChecks.Device()).status()).isEqualTo(Status.PASS);
    }

    @Test
    void without_virtualization_the_firmware_is_named_and_in_a_container_the_device() throws IOException {
        bench.write("proc/cpuinfo", "processor : 0\nflags : fpu\n");
        assertThat(bench.run(new KvmChecks.Device()).fix().orElseThrow()).contains("firmware");
        bench.write(".dockerenv", "");
        assertThat(bench.run(new KvmChecks.Device()).fix().orElseThrow()).contains("--device /dev/kvm");
        assertThat(bench.run(new KvmChecks.Nested()).status()).isEqualTo(Status.WARN);
    }

    @Test
    void with_the_emulation_in_use_missing_kvm_is_a_warning() throws IOException {
        bench.installed("qemu-tcg", "none");
        assertThat(bench.run(new KvmChecks.Device()).status()).isEqualTo(Status.WARN);
        assertThat(bench.run(new KvmChecks.MayUse()).because()).contains("kvm.device");
        bench.write("dev/kvm", "");
        assertThat(bench.run(new KvmChecks.Runs()).status()).isEqualTo(Status.WARN);
    }

    @Test
    void a_user_out_of_the_devices_group_is_told_how_to_join_it() throws IOException {
        bench.write("dev/kvm", "", "rw-rw----");
        Finding finding = bench.run(new KvmChecks.MayUse());
        assertThat(finding.status()).isEqualTo(Status.FAIL);
        assertThat(finding.fix()).contains("sudo usermod -aG " + group() + " alice");
        bench.user(new User("alice", 1001, Set.of(), Set.of(group()), "/home/alice"));
        assertThat(bench.run(new KvmChecks.MayUse()).fix()).contains("newgrp " + group());
        bench.user(new User("alice", 1001, Set.of(group()), Set.of(group()), "/home/alice"));
        assertThat(bench.run(new KvmChecks.MayUse()).status()).isEqualTo(Status.PASS);
    }

    @Test
    void a_device_for_everybody_is_for_everybody() throws IOException {
        bench.write("dev/kvm", "", "rw-rw-rw-");
        assertThat(bench.run(new KvmChecks.MayUse()).status()).isEqualTo(Status.PASS);
    }

    @Test
    void kvm_runs_when_a_guest_ran_on_it() throws IOException {
        bench.write("dev/kvm", "");
        assertThat(bench.run(new KvmChecks.Runs()).because()).contains("vmm.binary");
        bench.installed("lkvm", "none");
        assertThat(bench.run(new KvmChecks.Runs()).status()).isEqualTo(Status.PASS);
    }

    @Test
    void a_real_machine_is_not_nested() throws IOException {
        assertThat(bench.run(new KvmChecks.Nested()).status()).isEqualTo(Status.PASS);
        bench.write("proc/cpuinfo", "processor : 0\nflags : fpu hypervisor\n");
        assertThat(bench.run(new KvmChecks.Nested()).fix().orElseThrow()).contains("nested virtualization");
    }

    @Test
    void the_one_who_called_sudo_is_the_user() throws IOException {
        bench.write("etc/passwd", "alice:x:1001:103::/home/alice:/bin/sh\n")
                .write("etc/group", "kvm:x:103:\nnofear:x:990:bob,alice\n");
        User user = User.of(bench.context().host(), java.util.Optional.of("alice"));
        assertThat(user.uid()).isEqualTo(1001);
        assertThat(user.groups()).containsExactlyInAnyOrder("kvm", "nofear");
        assertThat(user.home()).isEqualTo("/home/alice");
    }

    @Test
    void the_caller_has_the_groups_of_the_process() throws IOException {
        bench.write("proc/self/status", "Name:\tjava\nUid:\t1000\t1000\nGid:\t103\t103\nGroups:\t990 55 \n")
                .write("etc/group", "kvm:x:103:\nnofear:x:990:\n");
        User user = User.of(bench.context().host(), java.util.Optional.empty());
        assertThat(user.groups()).containsExactlyInAnyOrder("kvm", "nofear", "55");
    }
}
