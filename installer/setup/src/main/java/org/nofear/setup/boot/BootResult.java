package org.nofear.setup.boot;

import java.time.Duration;
import org.nofear.contract.VmmKind;

/** What came of booting the guest with one VMM. */
public sealed interface BootResult {

    VmmKind vmm();

    /**
     * A command ran in the guest; its output and its status came back.
     *
     * @param took from the launcher's start to its end
     */
    record Booted(VmmKind vmm, Duration took) implements BootResult {}

    /**
     * No guest.
     *
     * @param reason one line: what the launcher said, or that the deadline passed
     */
    record Failed(VmmKind vmm, String reason) implements BootResult {}
}
