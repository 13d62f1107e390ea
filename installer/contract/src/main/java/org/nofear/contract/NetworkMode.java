package org.nofear.contract;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How guests reach the network: chosen by install, written to {@code launch.conf} as {@code network}. */
public enum NetworkMode {
    /** Only the loopback interface. */
    NONE("none"),
    /** The VMM's own user-mode network: nothing of the host's is touched. */
    USER("user"),
    /** Through the host's kernel, under its firewall, by a tap that the program nofear-tap makes for each VM. */
    TAP("tap");

    /** What {@link #TAP} was called when there were two ways to it. */
    private static final Set<String> OLD_NAMES = Set.of("capability", "tap-pool");

    private final String id;

    NetworkMode(String id) {
        this.id = id;
    }

    /** As options and configuration files have it. */
    public String id() {
        return id;
    }

    /** A regular expression of all names that {@link #of} knows. */
    static String form() {
        return Stream.concat(Arrays.stream(values()).map(NetworkMode::id), OLD_NAMES.stream())
                .map(Pattern::quote)
                .collect(Collectors.joining("|"));
    }

    /** The mode of a name, also of one that older versions wrote. */
    public static Optional<NetworkMode> of(String id) {
        return OLD_NAMES.contains(id)
                ? Optional.of(TAP)
                : Arrays.stream(values()).filter(mode -> mode.id.equals(id)).findFirst();
    }
}
