package org.nofear.templates;

import java.nio.file.Path;

/**
 * OpenRC's script that runs the network script.
 *
 * @param script see {@link NetworkScript}
 */
public record NetworkOpenRc(Path script) implements Document {

    @Override
    public String template() {
        return "nofear-net.openrc.ftl";
    }
}
