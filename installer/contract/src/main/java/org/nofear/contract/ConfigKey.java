package org.nofear.contract;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of {@code /etc/nofear/nofear.conf}, and of the files that install writes below it ({@code launch.conf},
 * {@code vmm.conf}, {@code gui.conf}), over which it wins. One that is not here nobody reads: it is an error there.
 */
public enum ConfigKey {
    MEMORY("memory", ConfigType.SIZE, When.NEXT_RUN),
    CPUS("cpus", ConfigType.COUNT, When.NEXT_RUN),
    DISK_SIZE("disk.size", ConfigType.SIZE, When.NEXT_RUN),
    LINGER("linger", ConfigType.SECONDS, When.NEXT_RUN),
    ENV_PASS("env.pass", ConfigType.WORDS, When.NEXT_RUN),
    KERNEL_APPEND("kernel.append", ConfigType.WORDS, When.NEXT_RUN),
    NETWORK("network", ConfigType.NETWORK_MODE, When.NEXT_RUN),
    NETWORK_REACH("network.reach", ConfigType.REACH, When.NEXT_RUN),
    SNAPSHOT("snapshot", ConfigType.SWITCH, When.NEXT_RUN),
    CONFINEMENT("confinement", ConfigType.SWITCH, When.NEXT_RUN),
    VMM_KIND("vmm.kind", ConfigType.VMM, When.NEXT_RUN),
    LKVM_BINARY("lkvm.binary", ConfigType.PATH, When.NEXT_RUN),
    QEMU_BINARY("qemu.binary", ConfigType.PATH, When.NEXT_RUN),
    KERNEL("kernel", ConfigType.PATH, When.NEXT_RUN),
    INITRD("initrd", ConfigType.PATH, When.NEXT_RUN),
    MKE2FS("mke2fs", ConfigType.PATH, When.NEXT_RUN),
    SUBNET("subnet", ConfigType.SUBNET, When.NEXT_INSTALL),
    FORWARD_OTHERS("forward.others", ConfigType.SWITCH, When.NEXT_INSTALL),
    FIREWALL("firewall", ConfigType.WORDS, When.INSTALLED),
    GUI_XPRA("gui.xpra", ConfigType.PATH, When.NEXT_RUN),
    GUI_XPRA_VERSION("gui.xpra.version", ConfigType.WORDS, When.INSTALLED),
    GUI_XVFB("gui.xvfb", ConfigType.WORDS, When.NEXT_RUN),
    GUI_CLIENT("gui.client", ConfigType.WORDS, When.NEXT_RUN),
    GUI_SERVER("gui.server", ConfigType.WORDS, When.NEXT_RUN);

    /** Since when a value counts that the administrator sets. */
    public enum When {
        /** Since the next {@code nofear run} that starts a VM. */
        NEXT_RUN,
        /** Since the next {@code nofear-setup install}, which renders it into other files. Until then the old one holds. */
        NEXT_INSTALL,
        /** Never: install notes there what it found. */
        INSTALLED
    }

    /** How many letters a key may be off to be taken for one that is meant. */
    private static final int CLOSE = 3;

    private final String id;
    private final ConfigType type;
    private final When when;

    ConfigKey(String id, ConfigType type, When when) {
        this.id = id;
        this.type = type;
        this.when = when;
    }

    /** As it is written. */
    public String id() {
        return id;
    }

    public ConfigType type() {
        return type;
    }

    public When when() {
        return when;
    }

    /** The key of a name. */
    public static Optional<ConfigKey> of(String id) {
        return Arrays.stream(values()).filter(key -> key.id.equals(id)).findFirst();
    }

    /** What somebody who wrote another name may have meant: the nearest, where any is near. */
    public static Optional<ConfigKey> like(String wrong) {
        return settable()
                .filter(key -> distance(key.id, wrong) <= Math.min(CLOSE, wrong.length() / 2))
                .min(Comparator.comparingInt(key -> distance(key.id, wrong)));
    }

    /** Those that the administrator may set. */
    public static Stream<ConfigKey> settable() {
        return Arrays.stream(values()).filter(key -> key.when != When.INSTALLED);
    }

    /** Levenshtein's: letters added, left out or changed. */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        Arrays.setAll(before, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + change);
            }
            before = now;
        }
        return before[other.length()];
    }
}
