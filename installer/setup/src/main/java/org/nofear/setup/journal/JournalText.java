package org.nofear.setup.journal;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.nofear.setup.UserError;
import org.nofear.setup.place.Place;

/**
 * The journal as the lines of its file. Each is JSON, a tab, and the CRC-32C of the JSON; each names the generation of the
 * state that it goes with, so that a journal whose changes are in the state already is never read twice.
 */
final class JournalText {

    private static final int CHECKSUM = 8;

    private final SnapshotJson snapshots;
    private final String version;

    JournalText(SnapshotJson snapshots, String version) {
        this.snapshots = snapshots;
        this.version = version;
    }

    /**
     * What a journal holds.
     *
     * @param generation of the state that it goes with; empty when no line can be read
     * @param command whose run it is
     * @param madeParents directories made to hold the state, outermost first
     * @param options that it is to be installed with; none where that is not what the run is for
     * @param notices what is wrong with it
     */
    record Parsed(
            Optional<Long> generation,
            String command,
            List<String> madeParents,
            List<String> options,
            List<Intent> intents,
            List<String> notices) {}

    String header(long generation, String command, List<String> madeParents, List<String> options) {
        JsonObject json = new JsonObject();
        json.addProperty("format", StateText.FORMAT);
        json.addProperty("version", version);
        json.addProperty("generation", generation);
        json.addProperty("command", command);
        json.add("madeParents", StateText.array(madeParents));
        json.add("options", StateText.array(options));
        return line(json);
    }

    String intent(long generation, Intent intent) {
        JsonObject json = new JsonObject();
        json.addProperty("generation", generation);
        json.addProperty("place", intent.place());
        json.add("before", SnapshotJson.write(intent.before()));
        json.addProperty("after", intent.after());
        return line(json);
    }

    private static String line(JsonObject json) {
        String text = json.toString();
        return text + "\t" + crc(text) + "\n";
    }

    private static String crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x", crc.getValue());
    }

    /**
     * Reads what can be read. A torn last line is a change that was not begun; any other damaged line is named.
     *
     * @throws UserError (65) when a newer version wrote it
     */
    Parsed read(String text) {
        String[] lines = text.split("\n", -1);
        Optional<Long> generation = Optional.empty();
        String command = "run";
        List<String> madeParents = new ArrayList<>();
        List<String> options = new ArrayList<>();
        List<Intent> intents = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (int index = 0; index < lines.length; index++) {
            boolean last = index == lines.length - 1;
            if (last && lines[index].isEmpty()) {
                continue;
            }
            try {
                JsonObject json = checked(lines[index]);
                if (json.has("format")) {
                    StateText.checkFormat(json);
                    command = json.get("command").getAsString();
                    madeParents.addAll(StateText.texts(json.getAsJsonArray("madeParents")));
                    if (json.has("options")) {
                        options.addAll(StateText.texts(json.getAsJsonArray("options")));
                    }
                } else {
                    intents.add(new Intent(
                            Place.of(json.get("place").getAsString()).id(),
                            snapshots.read(json.getAsJsonObject("before")),
                            json.get("after").getAsString()));
                }
                generation = Optional.of(json.get("generation").getAsLong());
            } catch (UserError newer) {
                throw newer;
            } catch (IOException | RuntimeException | StackOverflowError damaged) {
                notices.add(
                        last
                                ? "the last record of " + StateStore.JOURNAL + " is torn: its change was not begun"
                                : "line " + (index + 1) + " of " + StateStore.JOURNAL
                                        + " is damaged: if it recorded a change, that one cannot be taken back");
            }
        }
        return new Parsed(generation, command, madeParents, options, intents, notices);
    }

    /** A record is whole when its checksum is there and right; only the newline after it may be missing or damaged. */
    private static JsonObject checked(String line) throws Damaged {
        int tab = line.lastIndexOf('\t');
        if (tab < 0 || line.length() > tab + 2 + CHECKSUM || !line.startsWith(crc(line.substring(0, tab)), tab + 1)) {
            throw new Damaged("torn");
        }
        return JsonParser.parseString(line.substring(0, tab)).getAsJsonObject();
    }
}
