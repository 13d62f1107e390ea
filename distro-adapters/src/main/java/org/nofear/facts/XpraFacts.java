package org.nofear.facts;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.xpra.XpraVersion;

/**
 * The host's Xpra.
 *
 * @param path absolute
 * @param version empty where it did not tell (an offline tree, a broken installation)
 * @param complaint what it wrote instead of a version, one line; empty where there is a version or it was not asked
 */
public record XpraFacts(String path, Optional<XpraVersion> version, String complaint) {

    /** A cold Python with GTK's bindings takes seconds. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Runs {@code xpra --version} (about 0.3 s) on a live host. */
    static Optional<XpraFacts> detect(Host host) {
        return host.program("xpra")
                .map(path -> host.answers() ? ask(host, path) : new XpraFacts(path, Optional.empty(), ""));
    }

    private static XpraFacts ask(Host host, String path) {
        try {
            return of(path, host.commands().run(Command.of(path, "--version").withDeadline(DEADLINE)));
        } catch (IOException broken) {
            return new XpraFacts(path, Optional.empty(), String.valueOf(broken.getMessage()));
        }
    }

    static XpraFacts of(String path, CommandResult result) {
        Optional<XpraVersion> version = XpraVersion.parse(result.output());
        String complaint = version.isPresent()
                ? ""
                : result.error()
                        .lines()
                        .filter(line -> !line.isBlank())
                        .reduce((first, last) -> last)
                        .orElse("it printed no version");
        return new XpraFacts(path, version, complaint);
    }
}
