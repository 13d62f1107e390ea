package org.nofear.setup.place;

import java.io.IOException;
import java.time.Duration;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.snapshot.Snapshot;

/** Whether a systemd unit runs. Where systemd is not process 1 there is nothing to look at or to put. */
public record UnitPlace(String unit) implements Place {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Snapshot RUNNING = Snapshot.Value.of("active");

    @Override
    public String id() {
        return "unit:" + unit;
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        if (!target.systemd()) {
            return new Snapshot.Absent();
        }
        CommandResult asked = target.host().commands().run(Command.of("systemctl", "is-active", unit));
        return asked.succeeded() ? RUNNING : new Snapshot.Absent();
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        if (wanted instanceof Snapshot.Value) {
            reload(target);
            run(target, "restart", unit);
        } else if (inspect(target) instanceof Snapshot.Value) {
            run(target, "stop", unit);
        }
    }

    /** Makes systemd read its unit files again. */
    public static void reload(Target target) throws IOException {
        run(target, "daemon-reload");
    }

    private static void run(Target target, String... arguments) throws IOException {
        String[] argv = new String[arguments.length + 1];
        argv[0] = "systemctl";
        System.arraycopy(arguments, 0, argv, 1, arguments.length);
        CommandResult done = target.host().commands().run(Command.of(argv).withDeadline(DEADLINE));
        if (!done.succeeded()) {
            throw new IOException(String.join(" ", argv) + " failed: "
                    + done.error().lines().findFirst().orElse("status " + done.status()));
        }
    }
}
