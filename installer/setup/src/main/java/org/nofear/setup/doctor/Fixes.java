package org.nofear.setup.doctor;

import java.nio.file.Path;
import org.nofear.distro.PackageNeed;
import org.nofear.distro.Supply;
import org.nofear.facts.HostFacts;
import org.nofear.setup.describe.Layout;

/**
 * The exact commands that put things right on a host.
 *
 * @param root the tree that doctor looks at
 */
public record Fixes(HostFacts facts, Layout layout, Path root) {

    /** What apt-get is told when nobody is there to be asked: not for people to type. */
    private static final String KEEP_CONFIGURATION =
            "-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";

    private static final Path LIVE = Path.of("/");
    private static final Path USUAL = Path.of("/usr/local");

    /** Installs NoFear, or completes it. */
    public String install() {
        return "sudo nofear-setup install" + tree();
    }

    /** Installs with an option changed. */
    public String install(String option) {
        return install() + " " + option;
    }

    /** Puts right what is NoFear's own. */
    public String repair() {
        return "sudo nofear-setup doctor --fix" + tree();
    }

    /** Looks again with root's eyes. */
    public String asRoot(String id) {
        return "sudo nofear-setup doctor --only " + id + tree();
    }

    /** Looks again at a check that broke. */
    public String report(String id) {
        return "report this as a bug with the output of: nofear-setup doctor --json --only " + id + tree();
    }

    private String tree() {
        return (root.equals(LIVE) ? "" : " --root " + word(root.toString()))
                + (layout.prefix().equals(USUAL)
                        ? ""
                        : " --prefix " + word(layout.prefix().toString()));
    }

    /** Whether a fix is one that {@code doctor --fix} applies. */
    static boolean ours(String fix) {
        return fix.startsWith("sudo nofear-setup doctor --fix");
    }

    /** Adds a user to a group; in force from the user's next login on. */
    public String join(String user, String group) {
        return "sudo " + facts.adapter().addToGroup(word(user), group);
    }

    /** Installs the packages that meet a need, or says where else it can be had. */
    public String packages(PackageNeed need) {
        Supply supply = facts.adapter().supply(need, facts.distribution().osRelease());
        if (supply instanceof Supply.Elsewhere elsewhere) {
            return elsewhere.advice();
        }
        Supply.Packages packages = (Supply.Packages) supply;
        return facts.packageManager()
                .installCommand(packages.names())
                .map(argv -> "sudo " + String.join(" ", argv).replace(KEEP_CONFIGURATION, ""))
                .orElse("install " + String.join(" ", packages.names()));
    }

    /** A word as a shell takes it. */
    static String word(String text) {
        return text.matches("[A-Za-z0-9_@%+=:,./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
