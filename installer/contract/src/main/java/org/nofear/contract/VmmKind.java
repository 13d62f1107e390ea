package org.nofear.contract;

import java.util.Arrays;
import java.util.Optional;

/** The ways to run a guest, best first. */
public enum VmmKind {
    LKVM("lkvm", "lkvm"),
    QEMU_KVM("qemu-kvm", "QEMU with KVM"),
    QEMU_TCG("qemu-tcg", "QEMU's software emulation");

    private final String id;
    private final String title;

    VmmKind(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** The name in {@code vmm.conf} and in launch plans. */
    public String id() {
        return id;
    }

    /** The name in messages. */
    public String title() {
        return title;
    }

    /** Whether the guest is held by the processor's virtualisation: the emulation is slow and no security boundary. */
    public boolean hardware() {
        return this != QEMU_TCG;
    }

    public static Optional<VmmKind> of(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id.equals(id)).findFirst();
    }
}
