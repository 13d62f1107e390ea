package org.nofear.facts;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * What the host itself runs in: a container, another machine's VM, WSL, or nothing.
 *
 * @param kind what kind
 * @param name for people: {@code docker}, {@code QEMU}, {@code hypervisor}; empty for bare metal
 */
public record Enclosure(Kind kind, String name) {

    /** Kinds of enclosures. */
    public enum Kind {
        BARE_METAL,
        VIRTUAL_MACHINE,
        CONTAINER,
        /** Windows Subsystem for Linux 2: a VM with Microsoft's kernel. */
        WSL
    }

    static Enclosure detect(Host host, CpuInfo cpu, String kernelRelease) {
        return container(host)
                .map(name -> new Enclosure(Kind.CONTAINER, name))
                .or(() -> Optional.of(kernelRelease.toLowerCase(Locale.ROOT))
                        .filter(release -> release.contains("microsoft"))
                        .map(release -> new Enclosure(Kind.WSL, "WSL")))
                .or(() -> Optional.of(cpu)
                        .filter(processor -> processor.flags().contains("hypervisor"))
                        .map(processor -> new Enclosure(Kind.VIRTUAL_MACHINE, machine(host))))
                .orElseGet(() -> new Enclosure(Kind.BARE_METAL, ""));
    }

    private static Optional<String> container(Host host) {
        Optional<String> named = Stream.of("/run/systemd/container", "/run/host/container-manager")
                .flatMap(path -> host.read(path).stream())
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .findFirst();
        return named.or(() -> host.exists("/.dockerenv") ? Optional.of("docker") : Optional.empty())
                .or(() -> host.exists("/run/.containerenv") ? Optional.of("podman") : Optional.empty())
                .or(() -> host.exists("/dev/lxd/sock") ? Optional.of("lxc") : Optional.empty());
    }

    private static String machine(Host host) {
        return host.read("/sys/class/dmi/id/sys_vendor")
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .orElse("hypervisor");
    }
}
