package org.nofear.setup.place;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The live network of the guests, which a script of ours sets up and takes down.
 *
 * @param script absolute path on the host
 */
public record NetworkPlace(String script) implements Place {

    /** What stands for a network that is up. */
    public static final Snapshot UP = Snapshot.Value.of("up");

    private static final Duration DEADLINE = Duration.ofSeconds(90);

    @Override
    public String id() {
        return "network:" + script;
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        if (!target.host().exists(script)) {
            return new Snapshot.Absent();
        }
        if (target.host().os().effectiveUserId() != 0) {
            return new Snapshot.Unseen("only root can look at the firewall");
        }
        return run(target, "status", "network").succeeded() ? UP : new Snapshot.Absent();
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        if (!target.host().exists(script)) {
            if (wanted instanceof Snapshot.Absent) {
                return;
            }
            throw new IOException(script + " is gone: the guests' network cannot be set up");
        }
        tell(target, wanted instanceof Snapshot.Absent ? "stop" : "start");
    }

    /** Brings the rules up to what is so now. */
    public void reload(Target target) throws IOException {
        tell(target, "reload");
    }

    private void tell(Target target, String verb) throws IOException {
        CommandResult done = run(target, verb);
        if (!done.succeeded()) {
            throw new IOException("the guests' network: \"" + script + "\" failed: "
                    + done.error().lines().findFirst().orElse("status " + done.status()));
        }
    }

    private CommandResult run(Target target, String... words) throws IOException {
        List<String> argv = new ArrayList<>(List.of(script));
        argv.addAll(List.of(words));
        return target.host().commands().run(Command.of(argv).withDeadline(DEADLINE));
    }
}
