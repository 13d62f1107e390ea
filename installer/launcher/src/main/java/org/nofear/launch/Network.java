package org.nofear.launch;

import java.util.Arrays;
import java.util.Set;

/** How a guest reaches the network. */
public enum Network {
    /** Only the loopback interface. */
    NONE("none"),
    /** QEMU's own user-mode network: nothing of the host's is touched. */
    USER("user"),
    /** A tap of the VM's own, which the program nofear-tap makes by its capability and the VMM is handed. */
    TAP("tap");

    /** Of a guest on a tap, and of the gateway that it is told; there is no ARP. nofear-tap knows the same. */
    static final String GUEST_MAC = "02:15:15:15:15:15";

    static final String GATEWAY_MAC = "02:15:15:15:15:01";

    /** What it was called when there were two ways to it. */
    private static final Set<String> OLD_NAMES = Set.of("capability", "tap-pool");

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
        if (OLD_NAMES.contains(id)) {
            return TAP;
        }
        return Arrays.stream(values())
                .filter(network -> network.id.equals(id))
                .findFirst()
                .orElseThrow(() -> LaunchError.failed("\"" + id + "\" is no network: tap, user or none"));
    }
}
