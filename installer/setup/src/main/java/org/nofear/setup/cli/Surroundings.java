package org.nofear.setup.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.nofear.host.Host;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Interrupt;

/**
 * What a command line runs in.
 *
 * @param out data
 * @param err messages
 * @param environment variables
 * @param interrupt whether the user has asked to stop
 * @param blueprint what install wants
 * @param home of the NoFear that runs: {@code home/lib/nofear} has what it brings
 */
public record Surroundings(
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        Interrupt interrupt,
        Blueprint blueprint,
        Path home) {

    private static final Path LIVE = Path.of("/");

    /** The host that a root directory stands for. */
    Host host(Path root) {
        return root.equals(LIVE) ? Host.local() : Host.offline(root);
    }

    /** The same, for who changes it. */
    Host hostForChanges(Path root) {
        return root.equals(LIVE) ? Host.localForChanges() : Host.offline(root);
    }

    /** Set by the start script when standard error is a terminal, to its width where that is known. */
    boolean terminal() {
        return environment.containsKey("NOFEAR_TERMINAL");
    }

    boolean colour() {
        boolean dumb = environment.getOrDefault("TERM", "dumb").equals("dumb");
        return terminal() && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    }

    /** Whether standard output, too, is a terminal (set by the start script): colours in it then reach no file. */
    boolean colourOnOutput() {
        return colour() && environment.containsKey("NOFEAR_OUTPUT_TERMINAL");
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }
}
