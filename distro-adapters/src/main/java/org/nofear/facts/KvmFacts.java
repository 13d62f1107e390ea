package org.nofear.facts;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * What can be seen of KVM without starting a guest. None of it proves that a guest runs: only a boot does.
 *
 * @param device {@code /dev/kvm}
 * @param cpu the processor
 * @param modules those of KVM that are loaded: {@code kvm}, {@code kvm_intel}, {@code tun}, ...; a kernel that has
 *     them built in shows them too where they have parameters
 * @param nested whether the module would let guests run guests; empty where the module is not loaded
 */
public record KvmFacts(DeviceNode device, CpuInfo cpu, List<String> modules, Optional<Boolean> nested) {

    private static final List<String> MODULES = List.of("kvm", "kvm_intel", "kvm_amd", "vhost_net", "tun");

    public KvmFacts {
        modules = List.copyOf(modules);
    }

    static KvmFacts detect(Host host) {
        return new KvmFacts(
                DeviceNode.at(host, "/dev/kvm"),
                CpuInfo.parse(host.read("/proc/cpuinfo").orElse("")),
                MODULES.stream()
                        .filter(module -> host.exists("/sys/module/" + module))
                        .toList(),
                Stream.of("kvm_intel", "kvm_amd")
                        .flatMap(module -> host.read("/sys/module/" + module + "/parameters/nested").stream())
                        .map(value -> enabled(value))
                        .findFirst());
    }

    /** A boolean module parameter prints Y or N; kvm_amd's nested was a number. */
    static boolean enabled(String parameter) {
        return List.of("Y", "y", "1").contains(parameter.strip());
    }
}
