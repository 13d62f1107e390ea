package org.nofear.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nofear.contract.SharedDirectories;
import org.nofear.facts.Enclosure.Kind;
import org.nofear.facts.FirewallFacts.IptablesBackend;
import org.nofear.facts.SecurityFacts.SeLinux;
import org.nofear.host.Host;
import org.nofear.recorded.LaidOut;
import org.nofear.recorded.RecordedHost;

/** Facts of the machine that no recorded distribution is peculiar in. */
class MachineFactsTest {

    @ParameterizedTest
    @CsvSource({
        "'dir /run/systemd/system', SYSTEMD_RUNNING",
        "'program /usr/lib/systemd/systemd', SYSTEMD_INSTALLED",
        "'program /lib/systemd/systemd\nfile /proc/1/comm\n| sh', SYSTEMD_INSTALLED",
        "'dir /run/openrc\nprogram /usr/lib/systemd/systemd', OPENRC",
        "'program /sbin/openrc-run', OPENRC",
        "'file /proc/1/comm\n| runit', RUNIT",
        "'program /etc/runit/1', RUNIT",
        "'file /proc/1/comm\n| init', NONE",
    })
    void whatRunsComesBeforeWhatIsInstalled(String tree, InitSystem init) throws IOException {
        InitSystem detected = of(tree, InitSystem::detect);
        assertThat(detected).isEqualTo(init);
    }

    @ParameterizedTest
    @CsvSource({
        "'file /.dockerenv', '', 6.1, CONTAINER, docker",
        "'file /run/.containerenv', '', 6.1, CONTAINER, podman",
        "'file /run/systemd/container\n| systemd-nspawn', hypervisor, 6.1, CONTAINER, systemd-nspawn",
        "'dir /etc', hypervisor, 5.15.90.1-microsoft-standard-WSL2, WSL, WSL",
        "'file /sys/class/dmi/id/sys_vendor\n| QEMU', hypervisor, 6.1, VIRTUAL_MACHINE, QEMU",
        "'dir /etc', hypervisor, 6.1, VIRTUAL_MACHINE, hypervisor",
        "'dir /etc', vmx, 6.1, BARE_METAL, ''",
    })
    void whatTheHostRunsInIsTold(String tree, String flags, String kernel, Kind kind, String name) throws IOException {
        CpuInfo cpu = CpuInfo.parse("processor : 0\nflags : " + flags + "\n");
        Enclosure enclosure = of(tree, host -> Enclosure.detect(host, cpu, kernel));
        assertThat(enclosure).isEqualTo(new Enclosure(kind, name));
    }

    @Test
    void theProcessorIsReadOnEveryArchitecture() {
        CpuInfo intel = CpuInfo.parse("""
                processor\t: 0
                vendor_id\t: GenuineIntel
                model name\t: Intel(R) Core(TM)
                flags\t\t: fpu vmx ept

                processor\t: 1
                flags\t\t: fpu
                """);
        assertThat(intel.count()).isEqualTo(2);
        assertThat(intel.vendor()).isEqualTo("GenuineIntel");
        assertThat(intel.virtualization()).isTrue();
        assertThat(CpuInfo.parse("processor : 0\nFeatures : fp asimd\n").flags())
                .contains("asimd");
        assertThat(CpuInfo.parse("")).isEqualTo(new CpuInfo(0, "", "", Set.of()));
    }

    @Test
    void kvmIsSeenByItsModulesAndNode() throws IOException {
        KvmFacts kvm = of("""
                file /dev/kvm 0660
                dir /sys/module/kvm
                file /sys/module/kvm_amd/parameters/nested
                | 1
                """, KvmFacts::detect);
        assertThat(kvm.device().present()).isTrue();
        assertThat(kvm.device().access()).map(DeviceNode.Access::mode).contains("rw-rw----");
        assertThat(kvm.modules()).containsExactly("kvm", "kvm_amd");
        assertThat(kvm.nested()).contains(true);
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/sbin/xtables-nft-multi, NFT",
        "/usr/sbin/iptables-nft, NFT",
        "/usr/sbin/xtables-legacy-multi, LEGACY",
        "/sbin/xtables-multi, LEGACY",
        "/usr/local/bin/iptables, UNKNOWN",
        ", ABSENT",
    })
    void iptablesIsWhatItsLinksEndIn(String file, IptablesBackend backend) {
        assertThat(FirewallFacts.backend(Optional.ofNullable(file))).isEqualTo(backend);
    }

    @ParameterizedTest
    @CsvSource({
        "'1', 'SELINUX=disabled', true, ENFORCING",
        "'0\n', 'SELINUX=enforcing', true, PERMISSIVE",
        ", 'SELINUX=enforcing', true, DISABLED",
        ", 'SELINUX=Enforcing', false, ENFORCING",
        ", '# SELINUX=x\n SELINUX=permissive', false, PERMISSIVE",
        ", 'SELINUXTYPE=targeted', false, DISABLED",
        ", , true, ABSENT",
    })
    void selinuxIsWhatTheKernelSaysElseWhatIsConfigured(String enforce, String config, boolean live, SeLinux mode) {
        assertThat(SecurityFacts.selinux(Optional.ofNullable(enforce), Optional.ofNullable(config), live))
                .isEqualTo(mode);
    }

    @Test
    void theArchitectureOfAnOfflineTreeIsThatOfItsPrograms() {
        byte[] header = new byte[20];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1}, 0, header, 0, 6);
        header[18] = (byte) 183;
        assertThat(Architecture.ofElf(header)).isEqualTo(Architecture.AARCH64);
        header[18] = 62;
        assertThat(Architecture.ofElf(header)).isEqualTo(Architecture.X86_64);
        header[1] = 'e';
        assertThat(Architecture.ofElf(header)).isEqualTo(Architecture.UNKNOWN);
        assertThat(Architecture.ofElf(new byte[3])).isEqualTo(Architecture.UNKNOWN);
        assertThat(Architecture.named("amd64")).isEqualTo(Architecture.X86_64);
    }

    @Test
    void aLinkThatAnAdminPointedAtHisHomeIsNotShared() throws IOException {
        FilesystemLayout layout = of("""
                dir /usr
                link /opt -> /home/admin/opt
                dir /home/admin/opt
                link /usr/local -> /
                """, FilesystemLayout::detect);
        assertThat(layout.shares()).containsExactly("/usr");
        assertThat(layout.shared().refused())
                .extracting(SharedDirectories.Refused::path)
                .containsExactly("/opt", "/usr/local");
    }

    @Test
    void anIncompleteTreeThrowsNothing() throws IOException {
        HostFacts facts = of("file /proc/self/mountinfo\n| garbage", HostFacts::detect);
        assertThat(facts.layout().shares()).isEmpty();
        assertThat(facts.kvm().device().present()).isFalse();
    }

    private static <T> T of(String tree, Function<Host, T> fact) throws IOException {
        try (LaidOut laidOut = RecordedHost.of(tree).offline()) {
            return fact.apply(laidOut.host());
        }
    }
}
