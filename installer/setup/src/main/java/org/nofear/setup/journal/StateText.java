package org.nofear.setup.journal;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.place.Place;
import org.nofear.setup.snapshot.Digests;
import org.nofear.setup.snapshot.Snapshot;

/** The state as the text of its file: JSON with a format version and a checksum. */
final class StateText {

    /** What this version writes and reads. */
    static final int FORMAT = 1;

    private static final Gson PRETTY =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final SnapshotJson snapshots;
    private final String version;

    StateText(SnapshotJson snapshots, String version) {
        this.snapshots = snapshots;
        this.version = version;
    }

    String write(State state) {
        JsonObject body = new JsonObject();
        body.addProperty("generation", state.generation());
        body.add("madeParents", array(state.madeParents()));
        body.add("options", array(state.options()));
        JsonArray entries = new JsonArray();
        state.entries().values().forEach(entry -> entries.add(write(entry)));
        body.add("entries", entries);
        JsonObject whole = new JsonObject();
        whole.addProperty("format", FORMAT);
        whole.addProperty("version", version);
        whole.add("state", body);
        whole.addProperty("checksum", checksum(whole));
        return PRETTY.toJson(whole) + "\n";
    }

    private static JsonObject write(Entry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("place", entry.place());
        json.add("original", SnapshotJson.write(entry.original()));
        json.add("ours", array(new TreeSet<>(entry.ours())));
        entry.evidence().ifPresent(text -> json.addProperty("evidence", text));
        return json;
    }

    static JsonArray array(Iterable<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    /** Of all but the checksum itself: a damaged format is not taken for a newer one. */
    private static String checksum(JsonObject whole) {
        JsonObject rest = new JsonObject();
        whole.entrySet().stream()
                .filter(each -> !each.getKey().equals("checksum"))
                .forEach(each -> rest.add(each.getKey(), each.getValue()));
        return Digests.sha256(rest.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a state.
     *
     * @throws Damaged when the text is not what was written
     * @throws UserError (65) when a newer version wrote it
     */
    State read(String text) throws IOException {
        try {
            JsonObject whole = JsonParser.parseString(text).getAsJsonObject();
            if (!checksum(whole).equals(whole.get("checksum").getAsString())) {
                throw new Damaged("its checksum is wrong");
            }
            checkFormat(whole);
            JsonObject body = whole.getAsJsonObject("state");
            Map<String, Entry> entries = new LinkedHashMap<>();
            for (JsonElement each : body.getAsJsonArray("entries")) {
                Entry entry = entry(each.getAsJsonObject());
                entries.put(entry.place(), entry);
            }
            return new State(
                    body.get("generation").getAsLong(),
                    texts(body.getAsJsonArray("madeParents")),
                    body.has("options") ? texts(body.getAsJsonArray("options")) : List.of(),
                    entries);
        } catch (UserError newer) {
            throw newer;
        } catch (RuntimeException | StackOverflowError malformed) {
            throw new Damaged("it is not NoFear's JSON", malformed);
        }
    }

    static void checkFormat(JsonObject whole) {
        int format = whole.get("format").getAsInt();
        if (format > FORMAT) {
            throw new UserError(
                    ExitCode.STATE,
                    "the state in " + StateStore.HOME + " is of format " + format + ", written by version "
                            + whole.get("version").getAsString(),
                    "use that version of nofear-setup");
        }
    }

    private Entry entry(JsonObject json) throws IOException {
        return new Entry(
                Place.of(json.get("place").getAsString()).id(),
                snapshots.read(json.getAsJsonObject("original")),
                new LinkedHashSet<>(texts(json.getAsJsonArray("ours"))),
                json.has("evidence") ? Optional.of(json.get("evidence").getAsString()) : Optional.empty());
    }

    static List<String> texts(JsonArray array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.getAsString()));
        return texts;
    }

    /** The digests of all files' bytes that a state needs. */
    static Set<String> digests(State state) {
        Set<String> digests = new LinkedHashSet<>();
        state.entries().values().forEach(entry -> {
            if (entry.original() instanceof Snapshot.File file) {
                digests.add(file.content().sha256());
            }
        });
        return digests;
    }
}
