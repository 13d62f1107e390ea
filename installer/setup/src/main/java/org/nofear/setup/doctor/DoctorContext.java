package org.nofear.setup.doctor;

import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.describe.Layout;

/**
 * What checks look at.
 *
 * @param host the machine
 * @param live whether it is the running one, whose kernel and services can be asked
 * @param facts what was detected
 * @param layout where NoFear is installed
 * @param installed what install has recorded there
 * @param user who is to run VMs
 * @param slow what takes long to look at
 */
public record DoctorContext(
        Host host, boolean live, HostFacts facts, Layout layout, Installed installed, User user, Beforehand slow) {

    private static final int ROOT = 0;

    /** Whether what only root can see is seen. */
    public boolean root() {
        return host.os().effectiveUserId() == ROOT;
    }

    /** The commands that put things right on this host. */
    public Fixes fixes() {
        return new Fixes(facts, layout, host.root());
    }

    /** What is said of something that only a running machine has. */
    public Finding offline(String what) {
        return Finding.skip(
                what + " can't be seen in an offline tree: ask on the machine itself", "nofear-setup doctor");
    }

    /** What is said of something that only root can see. */
    public Finding needsRoot(String id, String what) {
        return Finding.skip("only root can see " + what, fixes().asRoot(id));
    }

    /** What is said of a part of an installation where there is none. */
    public Finding notInstalled() {
        return Finding.skip("NoFear is not installed", fixes().install()).because("vmm.binary");
    }
}
