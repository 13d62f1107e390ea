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

    public String jars() {
        return library("jars");
    }

    /** Of nofear-setup's classes, for Java. */
    public String classArchive() {
        return library("setup.jsa");
    }

    /** Those of nofear's Java part. */
    public String launcherJars() {
        return jars() + "/launcher";
    }

    /** Starts the launcher's Java part. */
    public String launcherJava() {
        return library("nofear-java");
    }

    /** What doctor's checks mean. */
    public String checks() {
        return library("CHECKS.md");
    }

    public String lkvm() {
        return library("lkvm");
    }

    /** Makes a VM's network interface. */
    public String tapMaker() {
        return library("nofear-tap");
    }

    public String kernel() {
        return library("bzImage");
    }

    /** The same kernel for QEMU: the launcher looks for it beside the other. */
    public String kernelElf() {
        return library("vmlinux");
    }

    public String kernelConfig() {
        return library("kernel.config");
    }

    public String guestImage() {
        return library("guest.cpio");
    }

    /** Templates of the guest's own /etc. */
    public String guestEtc(String name) {
        return library("guest-etc/" + name);
    }

    /** Which of the host's /etc guests see. */
    public String etcAllowList() {
        return library("etc-allow.list");
    }

    public String launchConfig() {
        return library("launch.conf");
    }

    /** What the boot test found: written last. */
    public String vmmConfig() {
        return library("vmm.conf");
    }

    /** What the launcher tells Xpra. */
    public String guiConfig() {
        return library("gui.conf");
    }

    /** Xpra's own configuration, in the place of the host's and the user's. */
    String xpraConfig(String side) {
        return library("xpra/" + side + "/xpra.conf");
    }

    /** A copy of a program that nobody may read, by the program's absolute path. */
    public String readable(String program) {
        return library("readable" + program);
    }

    /** The options of the last install. */
    public String options() {
        return library("install.options");
    }

    /** Sets up the guests' network: {@code start}, {@code stop}, {@code status}. */
    public String networkScript() {
        return library("nofear-net");
    }

    public String firewallRules() {
        return library("nofear.nft");
    }
}
