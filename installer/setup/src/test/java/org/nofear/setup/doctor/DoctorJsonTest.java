package org.nofear.setup.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nofear.setup.engine.Interrupt;

final class DoctorJsonTest {

    @TempDir
    Path root;

    private JsonObject report(Bench bench) {
        DoctorContext context = bench.context();
        return JsonParser.parseString(DoctorJson.text(
                        context.facts(),
                        new Doctor(Checks.all(), Interrupt.NEVER)
                                .examine(context, Set.copyOf(Checks.ids()), result -> {})))
                .getAsJsonObject();
    }

    private static JsonObject schema() throws IOException {
        try (InputStream in = Optional.ofNullable(DoctorJson.class.getResourceAsStream("doctor.schema.json"))
                .orElseThrow()) {
            return JsonParser.parseString(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    private static void conforms(JsonElement value, JsonObject schema, String where) {
        if (schema.has("enum")) {
            assertThat(schema.getAsJsonArray("enum")).as(where).contains(value);
        }
        if (schema.has("const")) {
            assertThat(value).as(where).isEqualTo(schema.get("const"));
        }
        if (schema.has("type")) {
            JsonElement type = schema.get("type");
            List<String> types = type.isJsonArray()
                    ? type.getAsJsonArray().asList().stream()
                            .map(JsonElement::getAsString)
                            .toList()
                    : List.of(type.getAsString());
            assertThat(types).as(where).contains(typeOf(value));
        }
        if (schema.has("pattern") && value.isJsonPrimitive()) {
            assertThat(value.getAsString())
                    .as(where)
                    .matches(schema.get("pattern").getAsString());
        }
        if (schema.has("minLength") && value.isJsonPrimitive()) {
            assertThat(value.getAsString()).as(where).isNotEmpty();
        }
        if (value.isJsonArray()) {
            value.getAsJsonArray().forEach(each -> conforms(each, schema.getAsJsonObject("items"), where + "[]"));
        }
        if (value.isJsonObject()) {
            object(value.getAsJsonObject(), schema, where);
        }
    }

    private static void object(JsonObject value, JsonObject schema, String where) {
        JsonArray required = schema.has("required") ? schema.getAsJsonArray("required") : new JsonArray();
        required.forEach(name ->
                assertThat(value.has(name.getAsString())).as(where + "." + name).isTrue());
        JsonObject properties = schema.has("properties") ? schema.getAsJsonObject("properties") : new JsonObject();
        value.entrySet().forEach(entry -> {
            String inside = where + "." + entry.getKey();
            JsonElement others = schema.get("additionalProperties");
            if (properties.has(entry.getKey())) {
                conforms(entry.getValue(), properties.getAsJsonObject(entry.getKey()), inside);
            } else if (others != null && others.isJsonObject()) {
                conforms(entry.getValue(), others.getAsJsonObject(), inside);
            } else {
                assertThat(others).as("unknown: " + inside).isNull();
            }
        });
    }

    private static String typeOf(JsonElement value) {
        if (value.isJsonNull()) {
            return "null";
        }
        return value.isJsonObject() ? "object" : value.isJsonArray() ? "array" : "string";
    }

    @Test
    void the_report_is_as_its_schema_says() throws IOException {
        conforms(report(new Bench(root)), schema(), "report");
        conforms(report(new Bench(root).installed("qemu-tcg", "none").offline()), schema(), "report");
    }

    @Test
    void host_and_checks_are_named_as_in_the_contract() throws IOException {
        JsonObject report = report(new Bench(root));
        assertThat(report.get("version").getAsInt()).isEqualTo(1);
        JsonObject host = report.getAsJsonObject("host");
        assertThat(host.get("id").getAsString()).isEqualTo("debian");
        assertThat(host.get("family").getAsString()).isEqualTo("debian");
        assertThat(host.get("release").getAsString()).isEqualTo("12");
        assertThat(host.get("arch").getAsString()).isEqualTo("x86_64");
        JsonObject distro = report.getAsJsonArray("checks").get(0).getAsJsonObject();
        assertThat(distro.keySet()).containsExactly("id", "status", "summary", "evidence", "fix", "because");
        assertThat(distro.get("status").getAsString()).isEqualTo("pass");
        assertThat(distro.get("fix").isJsonNull()).isTrue();
        assertThat(distro.get("because").isJsonNull()).isTrue();
        JsonObject capability = report.getAsJsonArray("checks").get(7).getAsJsonObject();
        assertThat(capability.get("because").getAsString()).isEqualTo("vmm.binary");
    }
}
