package org.nofear.setup.place;

import java.io.IOException;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.snapshot.Snapshot;

/**
 * Whether the running kernel has a module loaded (or a driver built in that shows itself in /sys/module).
 *
 * @param name with underscores
 */
public record ModulePlace(String name) implements Place {

    /** What stands for a module that is loaded. */
    public static final Snapshot LOADED = Snapshot.Value.of("loaded");

    public ModulePlace {
        if (!name.matches("[a-z0-9_]+")) {
            throw new IllegalArgumentException("no kernel module: " + name);
        }
    }

    @Override
    public String id() {
        return "module:" + name;
    }

    @Override
    public boolean takenBackWhenUnwanted() {
        return false;
    }

    @Override
    public Snapshot inspect(Target target) {
        return target.host().exists("/sys/module/" + name) ? LOADED : new Snapshot.Absent();
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        if (wanted instanceof Snapshot.Absent) {
            return;
        }
        CommandResult done = target.host().commands().run(Command.of("modprobe", "--", name));
        if (!done.succeeded()) {
            throw new IOException(
                    "modprobe " + name + ": " + done.error().lines().findFirst().orElse("status " + done.status()));
        }
    }
}
