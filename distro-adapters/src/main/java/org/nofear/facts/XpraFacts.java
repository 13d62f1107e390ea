package org.nofear.facts;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;
import org.nofear.xpra.XpraFlags;
import org.nofear.xpra.XpraHelp;
import org.nofear.xpra.XpraVersion;

/**
 * The host's Xpra.
 *
 * @param path absolute
 * @param version empty where it did not tell (an offline tree, a broken installation)
 * @param help its options, asked where it told no version; empty where it did, or could not be asked
 * @param complaint what it wrote instead of a version, one line; empty where there is a version or it was not asked
 */
public record XpraFacts(String path, Optional<XpraVersion> version, Optional<XpraHelp> help, String complaint) {

    /** A cold Python with GTK's bindings takes seconds. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** Of one whose help was not asked. */
    public XpraFacts(String path, Optional<XpraVersion> version, String complaint) {
        this(path, version, Optional.empty(), complaint);
    }

    /** Runs {@code xpra --version} (about 0.3 s), and {@code xpra --help} where that told nothing. */
    public static Optional<XpraFacts> detect(Host host) {
        return host.program("xpra").map(path -> host.answers() ? ask(host, path) : silent(path, ""));
    }

    private static XpraFacts ask(Host host, String path) {
        try {
            XpraFacts facts = of(path, run(host, path, "--version"));
            return facts.version().isPresent() ? facts : facts.askedForHelp(host);
        } catch (IOException broken) {
            return silent(path, String.valueOf(broken.getMessage()));
        }
    }

    private XpraFacts askedForHelp(Host host) {
        try {
            return withHelp(run(host, path, "--help"));
        } catch (IOException broken) {
            return this;
        }
    }

    private static CommandResult run(Host host, String path, String question) throws IOException {
        return host.commands().run(Command.of(path, question).withDeadline(DEADLINE));
    }

    private static XpraFacts silent(String path, String complaint) {
        return new XpraFacts(path, Optional.empty(), complaint);
    }

    static XpraFacts of(String path, CommandResult result) {
        Optional<XpraVersion> version = XpraVersion.parse(result.output());
        return version.isPresent() ? new XpraFacts(path, version, "") : silent(path, complaint(result));
    }

    private static String complaint(CommandResult result) {
        if (result.timedOut()) {
            return "it gave no answer in " + DEADLINE.toSeconds() + " s";
        }
        return result.error()
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, last) -> last)
                .orElse("it printed no version");
    }

    XpraFacts withHelp(CommandResult result) {
        Optional<XpraHelp> listed = Optional.of(XpraHelp.parse(result.output()))
                .filter(text -> !text.options().isEmpty());
        return new XpraFacts(path, version, listed, complaint);
    }

    /** How to talk to it; empty where it tells neither its version nor its options. */
    public Optional<XpraFlags> flags() {
        return version.map(XpraFlags::forVersion).or(() -> help.map(XpraFlags::forHelp));
    }
}
