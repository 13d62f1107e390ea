package org.nofear.setup.engine;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.nofear.setup.snapshot.Digests;

/** State and journal as a version of the future writes them: the envelope, which stays, around what nobody knows yet. */
final class NewerState {

    private NewerState() {}

    static String of(String state) {
        JsonObject whole = JsonParser.parseString(state).getAsJsonObject();
        whole.addProperty("format", 2);
        whole.addProperty("version", "9.9");
        whole.remove("checksum");
        whole.addProperty("checksum", Digests.sha256(whole.toString().getBytes(StandardCharsets.UTF_8)));
        return whole.toString();
    }

    static String journal(String journal) {
        String first = journal.lines().findFirst().orElseThrow();
        return line(first.substring(0, first.lastIndexOf('\t')).replace("\"format\":1", "\"format\":2"));
    }

    static String line(String json) {
        CRC32C crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.UTF_8));
        return String.format("%s\t%08x%n", json, crc.getValue());
    }
}
