package org.nofear.launch;

import java.util.Arrays;

/** The ways to run a guest. */
public enum Vmm {
    LKVM("lkvm"),
    QEMU_KVM("qemu-kvm"),
    QEMU_TCG("qemu-tcg");

    private final String id;

    Vmm(String id) {
        this.id = id;
    }

    /** The name in configuration files and plans. */
    public String id() {
        return id;
    }

    /** Whether it needs /dev/kvm. */
    public boolean kvm() {
        return this != QEMU_TCG;
    }

    /**
     * The VMM of a name.
     *
     * @throws LaunchError when there is no such VMM
     */
    public static Vmm of(String id) {
        return Arrays.stream(values())
                .filter(vmm -> vmm.id.equals(id))
                .findFirst()
                .orElseThrow(() -> LaunchError.failed("\"" + id + "\" is no VMM: lkvm, qemu-kvm or qemu-tcg"));
    }
}
