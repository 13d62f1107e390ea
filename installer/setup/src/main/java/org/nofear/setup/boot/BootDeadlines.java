package org.nofear.setup.boot;

import java.time.Duration;
import org.nofear.contract.VmmKind;

/**
 * How long a guest may take to boot.
 *
 * @param hardware with KVM: about 1 s on a real machine, a minute and more on KVM that is itself emulated on a busy one
 * @param emulation with QEMU's software emulation: about 2 s on a fast machine
 */
public record BootDeadlines(Duration hardware, Duration emulation) {

    /**
     * Where the processor shows no virtualisation, KVM is given just enough time to prove the processor's flags wrong: a
     * guest that hangs there is the rule.
     */
    public static BootDeadlines forProcessor(boolean showsVirtualisation) {
        return new BootDeadlines(Duration.ofSeconds(showsVirtualisation ? 120 : 10), Duration.ofSeconds(120));
    }

    public Duration of(VmmKind vmm) {
        return vmm.hardware() ? hardware : emulation;
    }
}
