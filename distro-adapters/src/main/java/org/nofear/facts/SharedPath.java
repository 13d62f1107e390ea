package org.nofear.facts;

import java.util.Optional;

/** One of the paths whose content guests see, as it is on a host. */
public sealed interface SharedPath {

    /** Absolute. */
    String path();

    record Absent(String path) implements SharedPath {}

    record Directory(String path) implements SharedPath {}

    /**
     * A symbolic link: the guest gets the same link.
     *
     * @param target as it is written: {@code usr/bin}, {@code var/opt}, {@code /gnu/store/...}
     * @param directory the directory behind it, absolute and without links; empty when the link dangles or leads to no directory
     */
    record Link(String path, String target, Optional<String> directory) implements SharedPath {}
}
