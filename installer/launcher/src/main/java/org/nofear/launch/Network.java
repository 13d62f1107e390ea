package org.nofear.launch;

import java.util.Arrays;

/** How a guest reaches the network. */
public enum Network {
    /** Only the loopback interface. */
    NONE("none"),
    /** QEMU's own user-mode network: nothing of the host's is touched. */
    USER("user"),
    /** A tap made at boot for the group. */
    TAP_POOL("tap-pool"),
    /** A tap of the VM's own, which the program nofear-tap makes by its capability and the VMM is handed. */
    CAPABILITY("capability");

    private final String id;

    Network(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /**
     * The mode of a name.
     *
     * @throws LaunchError when there is no such mode
     */
    public static Network of(String id) {
        return Arrays.stream(values())
                .filter(network -> network.id.equals(id))
                .findFirst()
                .orElseThrow(() -> LaunchError.failed("\"" + id + "\" is no network: none or default"));
    }
}
