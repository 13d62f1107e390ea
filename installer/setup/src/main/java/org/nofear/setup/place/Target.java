package org.nofear.setup.place;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.Host;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The machine that is changed.
 *
 * @param host its programs and its system calls
 * @param files the only writer
 * @param log what programs write goes there too; empty: it is dropped
 * @param packageWait how long others' locks on packages are waited for
 */
public record Target(Host host, SafeFiles files, Optional<Path> log, Duration packageWait) {

    /** How long others' locks on packages are waited for unless somebody says otherwise. */
    public static final Duration PACKAGE_WAIT = Duration.ofMinutes(5);

    public Target(Host host, SafeFiles files, Optional<Path> log) {
        this(host, files, log, PACKAGE_WAIT);
    }

    private static final String SYSTEMD = "/run/systemd/system";

    /** Whether systemd is process 1 (sd_booted(3)). */
    public boolean systemd() throws IOException {
        return host.live() && files.inspect(SYSTEMD) instanceof Snapshot.Directory;
    }

    /** A long-running command, whose output goes to the log. */
    public Command logged(Command command) {
        return log.map(command::loggingTo).orElse(command);
    }

    /** Where to read more, for the end of a message. */
    public String seeLog() {
        return log.map(file -> " (log: " + file + ")").orElse("");
    }
}
