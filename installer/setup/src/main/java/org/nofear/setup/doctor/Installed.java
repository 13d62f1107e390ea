package org.nofear.setup.doctor;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.NetworkMode;
import org.nofear.contract.VmmKind;
import org.nofear.host.Host;
import org.nofear.setup.describe.Layout;

/**
 * What install has recorded for the launcher: {@code launch.conf}, {@code vmm.conf} and {@code gui.conf}, {@code key = value} lines, and what
 * the administrator set above them.
 *
 * @param values by key
 * @param present whether install has written anything
 */
public record Installed(Map<String, String> values, boolean present) {

    public Installed {
        values = Map.copyOf(values);
    }

    static Installed read(Host host, Layout layout) {
        Map<String, String> values = new LinkedHashMap<>();
        Optional<String> launch = host.read(layout.launchConfig());
        Optional<String> vmm = host.read(layout.vmmConfig());
        host.read(layout.guiConfig())
                .ifPresent(text -> values.putAll(ConfigFile.parse(text).values()));
        launch.ifPresent(text -> values.putAll(ConfigFile.parse(text).values()));
        vmm.ifPresent(text -> values.putAll(ConfigFile.parse(text).values()));
        host.read(ConfigFile.ADMIN)
                .ifPresent(text -> values.putAll(ConfigFile.parse(text).values()));
        return new Installed(values, launch.isPresent() || vmm.isPresent());
    }

    public Optional<String> get(ConfigKey key) {
        return Optional.ofNullable(values.get(key.id()));
    }

    /** The VMM that ran a guest when it was installed. */
    public Optional<VmmKind> vmm() {
        return get(ConfigKey.VMM_KIND).flatMap(VmmKind::of);
    }

    /** Whether guests run in software: KVM is then wished for, not needed. */
    public boolean emulated() {
        return vmm().filter(kind -> !kind.hardware()).isPresent();
    }

    /** How guests reach the network. */
    public NetworkMode network() {
        return get(ConfigKey.NETWORK).flatMap(NetworkMode::of).orElse(NetworkMode.NONE);
    }

    /** Whether guests' packets pass through the host's kernel. */
    public boolean routed() {
        return network() == NetworkMode.TAP;
    }
}
