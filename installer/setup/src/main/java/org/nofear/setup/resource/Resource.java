package org.nofear.setup.resource;

/** One thing that install wants on the host. */
public sealed interface Resource
        permits BuiltFile,
                DirectoryResource,
                FileCapability,
                FileResource,
                FirewallTable,
                GroupMembership,
                GroupResource,
                PackageResource,
                ServiceUnit,
                SymlinkResource,
                Sysctl {

    /** What it is for, in a few words: shown in the plan. */
    String reason();
}
