package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nofear.contract.PlanKey;

/**
 * A machine's state at the end of its boot, which later runs of the same machine go on from (snapshot.c, resume.c). Where the
 * VMM has that: see {@link VmmCommand#snapshotArguments}.
 *
 * @param command of the VMM
 * @param guest what it runs
 */
record Snapshot(VmmCommand command, Guest guest) {

    private static final long MEBIBYTE = 1L << 20;

    /** Adds what the C program needs for it to the plan, if anything. */
    void plan(LaunchPlan.Builder plan, Path store) {
        List<String> arguments = command.snapshotArguments(guest);
        if (arguments.isEmpty()) {
            return;
        }
        plan.put(PlanKey.SNAPSHOT, key())
                .put(PlanKey.SNAPSHOT_DIR, store.toString())
                .put(PlanKey.SNAPSHOT_MEMORY, guest.memory() * MEBIBYTE)
                .putAll(PlanKey.SNAPSHOT_ARG, arguments)
                .putAll(PlanKey.SNAPSHOT_TAKE, command.resumeArguments());
    }

    /**
     * What the machine is made of, as its guest sees it: the same for all runs that may go on from each other's boots. The paths
     * of disks and shares are no part of it, since the agent has opened none of them by then. The size of the profile's disk is
     * one, which the C program adds.
     */
    String key() {
        Fingerprint key = new Fingerprint();
        command.arguments(guest.withoutPaths()).forEach(word -> key.add("word", word));
        command.snapshotArguments(guest).forEach(word -> key.add("word", word));
        Path vmm = target(Path.of(command.arguments(guest).get(0)));
        List.of(vmm, guest.kernel(), guest.image()).forEach(part -> key.add("part", PlanStore.stamp(part)));
        // A guest asks once for how large a disk is.
        key.add("seed", Long.toString(guest.seed().toFile().length()));
        return key.hex();
    }

    /** Where a link leads in the end; what is missing, to itself. */
    static Path target(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException missing) {
            return file;
        }
    }
}
