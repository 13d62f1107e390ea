package org.nofear.setup.resource;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * One thing that install wants on the host. It knows its place, and what is to be there; the engine does the rest. A new kind
 * is a record here, its place, and a test.
 */
public sealed interface Resource
        permits AlteredCopy,
                BuiltFile,
                DirectoryResource,
                FileCapability,
                FileResource,
                FirewallTable,
                GroupMembership,
                GroupResource,
                KernelModule,
                LoadedAppArmorProfile,
                NetworkService,
                PackageResource,
                ServiceUnit,
                SymlinkResource,
                Sysctl {

    /** What it is for, in a few words: shown in the plan. */
    String reason();

    Place place();

    /** What is there now. */
    default Snapshot inspect(Target target) throws IOException {
        return place().inspect(target);
    }

    /** What is to be there; asked when it is about to be put there. */
    Snapshot wanted(Target target) throws IOException;

    /** Whether what is there will do. */
    boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException;

    /** Puts it there. */
    default void apply(Target target, Snapshot wanted) throws IOException {
        place().put(target, wanted);
    }

    /** What a later run needs in order to see that what is there is what was put there, where looking is not enough. */
    default Optional<String> evidence(Target target) throws IOException {
        return Optional.empty();
    }

    /** The new text for a plan's diff, or words for what has none. */
    default Preview preview() {
        return new Preview(reason(), Optional.empty());
    }

    /** Whether what somebody else changed is put right, rather than kept and named: all but what is the administrator's. */
    default boolean putsRight() {
        return true;
    }

    /** Where somebody else's version is kept: what is put beside it. */
    default Optional<Resource> beside() {
        return Optional.empty();
    }

    /** Other resources that come with it, ahead of it. */
    default List<Resource> ahead() {
        return List.of();
    }

    /**
     * What a plan shows.
     *
     * @param words in a few words
     * @param text the whole text, for a diff
     */
    record Preview(String words, Optional<String> text) {}
}
