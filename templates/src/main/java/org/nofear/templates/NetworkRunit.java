package org.nofear.templates;

import java.nio.file.Path;

/**
 * A file of runit's service directory. runit has no services that only start: {@code run} starts, then sleeps until it is
 * told to end, and {@code finish} takes everything back.
 *
 * @param script see {@link NetworkScript}
 * @param part which file
 */
public record NetworkRunit(Path script, Part part) implements Document {

    /** The files of the directory. */
    public enum Part {
        RUN,
        FINISH
    }

    /** The file's name. */
    public String name() {
        return part == Part.RUN ? "run" : "finish";
    }

    @Override
    public String template() {
        return "nofear-net.runit.ftl";
    }
}
