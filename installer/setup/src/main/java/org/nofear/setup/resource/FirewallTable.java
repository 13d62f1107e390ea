package org.nofear.setup.resource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.nofear.setup.place.NetworkPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.TablePlace;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Digests;
import org.nofear.setup.snapshot.Snapshot;

/**
 * An nftables table of our own, loaded in one transaction; what keeps it over reboots is a unit.
 *
 * @param family {@code inet}, {@code ip}, ...
 * @param name of the table
 * @param text the whole of {@code table FAMILY NAME { ... }}, without the lines that delete an older one
 * @param script fills those of its sets that follow the host's routes, when it is told to {@code reload}; where there is one
 */
public record FirewallTable(String family, String name, String text, Optional<String> script, String reason)
        implements Resource {

    public FirewallTable(String family, String name, String text, String reason) {
        this(family, name, text, Optional.empty(), reason);
    }

    @Override
    public Place place() {
        return new TablePlace(family, name);
    }

    @Override
    public Snapshot wanted(Target target) {
        return new Snapshot.Value("table", text);
    }

    @Override
    public void apply(Target target, Snapshot wanted) throws IOException {
        place().put(target, wanted);
        if (script.isPresent()) {
            new NetworkPlace(script.get()).reload(target);
        }
    }

    /** nft lists a table in its own words: what it said when the table was new is what it must say still. */
    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found instanceof Snapshot.Value && known.evidence().equals(evidence(target));
    }

    @Override
    public Optional<String> evidence(Target target) throws IOException {
        return Optional.of(Digests.sha256(text.getBytes(StandardCharsets.UTF_8)) + " "
                + new TablePlace(family, name).digest(target));
    }

    @Override
    public Preview preview() {
        return new Preview("table " + family + " " + name, Optional.of(text));
    }
}
