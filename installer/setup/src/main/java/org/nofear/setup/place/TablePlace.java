package org.nofear.setup.place;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.snapshot.Digests;
import org.nofear.setup.snapshot.Snapshot;

/**
 * An nftables table, as a whole: by its name it is ours, or it is absent.
 *
 * @param family {@code inet}, {@code ip}, ...
 */
public record TablePlace(String family, String name) implements Place {

    private static final String MARK = "table";

    static TablePlace named(String familyAndName) {
        String[] parts = familyAndName.split(" ", 2);
        return new TablePlace(parts[0], parts.length > 1 ? parts[1] : "");
    }

    public TablePlace {
        if (!family.matches("inet|ip6?|bridge|arp|netdev") || !name.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
            throw new IllegalArgumentException("no nftables table: " + family + " " + name);
        }
    }

    @Override
    public String id() {
        return "table:" + family + " " + name;
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        CommandResult listing = list(target, List.of());
        if (listing.succeeded()) {
            return new Snapshot.Value(MARK, listing.output());
        }
        boolean absent =
                target.host().tools().find("nft").isEmpty() || listing.error().contains("No such file or directory");
        return absent ? new Snapshot.Absent() : new Snapshot.Unseen("nft: " + lastLine(listing.error()));
    }

    /** A digest of the rules that are in force, without their counters. */
    public String digest(Target target) throws IOException {
        CommandResult listing = list(target, List.of("--stateless", "--terse"));
        return listing.succeeded() ? Digests.sha256(listing.output().getBytes(StandardCharsets.UTF_8)) : "absent";
    }

    private CommandResult list(Target target, List<String> options) throws IOException {
        if (target.host().tools().find("nft").isEmpty()) {
            return new CommandResult(127, "", "no nft", false);
        }
        List<String> argv = new ArrayList<>(List.of("nft"));
        argv.addAll(options);
        argv.addAll(List.of("list", "table", family, name));
        return target.host().commands().run(Command.of(argv));
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        // "add" makes the "delete" succeed when there is none: the whole batch is one transaction.
        String batch = "add table " + family + " " + name + "\ndelete table " + family + " " + name + "\n"
                + (wanted instanceof Snapshot.Value value ? value.text() : "");
        if (wanted instanceof Snapshot.Absent && !(inspect(target) instanceof Snapshot.Value)) {
            return;
        }
        CommandResult loaded =
                target.host().commands().run(Command.of("nft", "-f", "-").withInput(batch));
        if (!loaded.succeeded()) {
            throw new IOException("nft refuses table " + family + " " + name + ": " + lastLine(loaded.error()));
        }
    }

    private static String lastLine(String text) {
        return text.lines().filter(line -> line.contains("Error")).findFirst().orElse(text.strip());
    }
}
