package org.nofear.launch;

import java.util.Arrays;
import java.util.Locale;

/** How far a guest's network reaches: what {@code --network} says. */
public enum Reach {
    /** Only the loopback interface. */
    NOTHING("none"),
    /** What the administrator says ({@code network.reach}), else as the host. */
    DEFAULT("default"),
    /** The Internet, and nothing of the host's own networks. */
    INTERNET("internet"),
    /** As the host: the Internet and its own networks. */
    LAN("lan");

    private final String id;

    Reach(String id) {
        this.id = id;
    }

    /** The word on the command line, in configuration files and in plans. */
    public String id() {
        return id;
    }

    /**
     * The reach of a word.
     *
     * @throws LaunchError when there is none
     */
    public static Reach of(String id) {
        return Arrays.stream(values())
                .filter(reach -> reach.id.equals(id.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        LaunchError.failed("--network: \"" + id + "\" is neither none, default, internet nor lan"));
    }
}
