package org.nofear.setup.place;

import java.io.IOException;
import java.util.List;
import org.nofear.setup.snapshot.Snapshot;

/** A place of the host that can be looked at and have a snapshot put there; putting twice is the same as putting once. */
public sealed interface Place
        permits AppArmorPlace,
                CapabilityPlace,
                GroupPlace,
                MembershipPlace,
                ModulePlace,
                NetworkPlace,
                PackagePlace,
                PathPlace,
                SysctlPlace,
                TablePlace,
                UnitPlace {

    /** Kind and name, {@code path:/etc/nofear}: what the state knows it by. */
    String id();

    /** What is there; never fails for want of permission: then it is {@link Snapshot.Unseen}. */
    Snapshot inspect(Target target) throws IOException;

    /** Puts a snapshot there. */
    void put(Target target, Snapshot wanted) throws IOException;

    /** Whether it needs the running machine: left out in an offline tree. */
    default boolean live() {
        return true;
    }

    /** Whether an installation that no longer wants it takes it back, rather than only uninstall. */
    default boolean takenBackWhenUnwanted() {
        return true;
    }

    /** Who else has come to rely on what install put there, so that it stays; empty where nobody has. */
    default List<String> others(Target target) throws IOException {
        return List.of();
    }

    /** Files beside which a killed {@link #put} may have left a temporary. */
    default List<String> files() {
        return List.of();
    }

    /**
     * The place of an id.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    static Place of(String id) {
        int colon = id.indexOf(':');
        String kind = id.substring(0, Math.max(colon, 0));
        String name = id.substring(colon + 1);
        return switch (kind) {
            case "path" -> new PathPlace(name);
            case "capability" -> new CapabilityPlace(name);
            case "sysctl" -> new SysctlPlace(name);
            case "table" -> TablePlace.named(name);
            case "unit" -> new UnitPlace(name);
            case "group" -> new GroupPlace(name);
            case "member" -> MembershipPlace.named(name);
            case "module" -> new ModulePlace(name);
            case "apparmor" -> new AppArmorPlace(name);
            case "network" -> new NetworkPlace(name);
            case "package" -> new PackagePlace(name);
            default -> throw new IllegalArgumentException("no such kind of place: " + id);
        };
    }
}
