package org.nofear.setup.journal;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nofear.setup.snapshot.Snapshot;

/** Snapshots as JSON. The bytes of a file are in the back-up; its digest is here. */
final class SnapshotJson {

    private static final int OCTAL = 8;

    private final Backup backup;

    SnapshotJson(Backup backup) {
        this.backup = backup;
    }

    static JsonObject write(Snapshot snapshot) {
        JsonObject json = new JsonObject();
        if (snapshot instanceof Snapshot.File file) {
            json.addProperty("type", "file");
            json.addProperty("sha256", file.content().sha256());
            json.addProperty("size", file.content().size());
            permissions(json, file.mode(), file.uid(), file.gid());
            json.add("attributes", attributes(file.attributes()));
            file.modified().ifPresent(time -> json.addProperty("modified", time.toString()));
        } else if (snapshot instanceof Snapshot.Directory directory) {
            json.addProperty("type", "directory");
            permissions(json, directory.mode(), directory.uid(), directory.gid());
            json.add("attributes", attributes(directory.attributes()));
        } else if (snapshot instanceof Snapshot.Link link) {
            json.addProperty("type", "link");
            json.addProperty("target", link.target());
            json.addProperty("uid", link.uid());
            json.addProperty("gid", link.gid());
        } else if (snapshot instanceof Snapshot.Value value) {
            json.addProperty("type", "value");
            json.addProperty("mark", value.mark());
            json.addProperty("text", value.text());
        } else if (snapshot instanceof Snapshot.Absent) {
            json.addProperty("type", "absent");
        } else {
            throw new IllegalArgumentException("cannot be put back: " + snapshot.describe());
        }
        return json;
    }

    private static void permissions(JsonObject json, int mode, int uid, int gid) {
        json.addProperty("mode", String.format("%04o", mode));
        json.addProperty("uid", uid);
        json.addProperty("gid", gid);
    }

    private static JsonObject attributes(Map<String, String> attributes) {
        JsonObject json = new JsonObject();
        attributes.forEach(json::addProperty);
        return json;
    }

    Snapshot read(JsonObject json) throws IOException {
        String type = json.get("type").getAsString();
        return switch (type) {
            case "absent" -> new Snapshot.Absent();
            case "value" ->
                new Snapshot.Value(
                        json.get("mark").getAsString(), json.get("text").getAsString());
            case "link" ->
                new Snapshot.Link(
                        json.get("target").getAsString(),
                        json.get("uid").getAsInt(),
                        json.get("gid").getAsInt());
            case "directory" ->
                new Snapshot.Directory(
                        mode(json), json.get("uid").getAsInt(), json.get("gid").getAsInt(), attributes(json));
            case "file" ->
                new Snapshot.File(
                        backup.content(
                                json.get("sha256").getAsString(),
                                json.get("size").getAsLong()),
                        mode(json),
                        json.get("uid").getAsInt(),
                        json.get("gid").getAsInt(),
                        attributes(json),
                        json.has("modified")
                                ? Optional.of(FileTime.from(
                                        Instant.parse(json.get("modified").getAsString())))
                                : Optional.empty());
            default -> throw new Damaged("no such snapshot: " + type);
        };
    }

    private static int mode(JsonObject json) throws Damaged {
        String text = json.get("mode").getAsString();
        if (!text.matches("[0-7]{4}")) {
            throw new Damaged("no mode: " + text);
        }
        return Integer.parseInt(text, OCTAL);
    }

    private static Map<String, String> attributes(JsonObject json) {
        Map<String, String> attributes = new TreeMap<>();
        json.getAsJsonObject("attributes")
                .entrySet()
                .forEach(each -> attributes.put(each.getKey(), each.getValue().getAsString()));
        return attributes;
    }
}
