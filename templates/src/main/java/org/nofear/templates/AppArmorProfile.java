package org.nofear.templates;

import java.nio.file.Path;
import java.util.List;

/**
 * lkvm's AppArmor profile: a wall behind Landlock's, which knows each VM's own folders; where
 * the kernel has no Landlock, what lkvm may touch, whatever links a guest makes it follow.
 *
 * @param lkvm the program
 * @param library the directory with the kernel and the guest's image
 * @param shares directories of the host that guests read
 * @param landlock whether Landlock says which files each VM has
 * @param abi whether AppArmor has the file of the ABI that it is written for (3.0 and later)
 */
public record AppArmorProfile(Path lkvm, Path library, List<Path> shares, boolean landlock, boolean abi)
        implements Document {

    public static final String NAME = "nofear-lkvm";

    public AppArmorProfile {
        shares = List.copyOf(shares);
    }

    @Override
    public String template() {
        return "apparmor.ftl";
    }
}
