package org.nofear.setup.describe;

import java.nio.file.Path;

/**
 * Where things are installed. Paths are those of the host, whatever the offline tree's root.
 *
 * @param prefix {@code /usr/local}, or a package's {@code /usr}
 */
public record Layout(Path prefix) {

    public String launcher() {
        return prefix.resolve("bin/nofear").toString();
    }

    public String setup() {
        return prefix.resolve("sbin/nofear-setup").toString();
    }

    /** The directory of everything that is not a command. */
    public String library() {
        return prefix.resolve("lib/nofear").toString();
    }

    /** A file in the library directory. */
    public String library(String name) {
        return prefix.resolve("lib/nofear").resolve(name).toString();
    }

    public String lkvm() {
        return library("lkvm");
    }

    public String kernel() {
        return library("bzImage");
    }

    public String kernelConfig() {
        return library("kernel.config");
    }

    public String guestImage() {
        return library("guest.cpio");
    }

    public String launchConfig() {
        return library("launch.conf");
    }

    /** What the boot test found: written last. */
    public String vmmConfig() {
        return library("vmm.conf");
    }
}
