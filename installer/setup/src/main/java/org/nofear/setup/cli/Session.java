package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Installation;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.files.TextLog;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;

/**
 * What a command works with.
 *
 * @param progress where it says what it is doing
 */
record Session(Target target, StateStore store, Progress progress, Report report) {

    /** Kept by uninstall, with the rest of the cache. */
    static final String LOG = "/var/cache/nofear/log/setup.log";

    /** For looking only: no log is written. */
    static Session reading(Surroundings surroundings, Path root, OutputArguments output) {
        return make(surroundings, surroundings.host(root), output, Optional.empty());
    }

    /**
     * For changing things; the lock must be held.
     *
     * @throws UserError (77) when the caller is not root
     */
    static Session writing(Surroundings surroundings, Path root, OutputArguments output) throws IOException {
        Host host = surroundings.hostForChanges(root);
        Optional<Path> log = host.live()
                ? Optional.of(TextLog.start(new SafeFiles(root, host.os(), Checkpoint.NONE), LOG))
                : Optional.empty();
        return make(surroundings, host, output, log);
    }

    /**
     * Refuses anybody but root.
     *
     * @throws UserError (77)
     */
    static void needRoot(Surroundings surroundings, Path root, String command) {
        if (surroundings.host(root).os().effectiveUserId() != 0) {
            throw new UserError(ExitCode.REFUSED, command + " needs root", "sudo nofear-setup " + command);
        }
    }

    /** The same, with another patience for who has the lock on packages. */
    Session waiting(Duration wait) {
        return new Session(new Target(target.host(), target.files(), target.log(), wait), store, progress, report);
    }

    /** What install plans and brings about, and doctor repairs. */
    Installation installation(Surroundings surroundings) {
        return new Installation(target, store, progress, surroundings.interrupt(), surroundings.blueprint());
    }

    private static Session make(Surroundings surroundings, Host host, OutputArguments output, Optional<Path> log) {
        Progress shown = output.json()
                ? new JsonProgress(surroundings.out())
                : new ConsoleProgress(
                        surroundings.err(),
                        surroundings.terminal(),
                        surroundings.colour() && !output.noColor(),
                        output.quiet());
        Progress progress =
                log.<Progress>map(file -> new LoggedProgress(shown, file)).orElse(shown);
        Target target = new Target(host, new SafeFiles(host.root(), host.os(), Checkpoint.NONE), log);
        return new Session(
                target,
                new StateStore(target, Version.text()),
                progress,
                new Report(surroundings.out(), surroundings.err(), output.json()));
    }
}
