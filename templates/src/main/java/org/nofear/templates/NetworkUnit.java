package org.nofear.templates;

import java.nio.file.Path;

/**
 * systemd's unit that runs the network script: after all that might flush its rules, and again when those are reloaded.
 *
 * @param script see {@link NetworkScript}
 * @param online whether the host's routes have to be there first: rules of iptables name them
 */
public record NetworkUnit(Path script, boolean online) implements Document {

    public static final String NAME = "nofear-net.service";
    public static final String WANTED_BY = "multi-user.target";

    @Override
    public String template() {
        return "nofear-net.service.ftl";
    }
}
