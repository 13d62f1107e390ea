package org.nofear.setup.doctor;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.nofear.facts.HostFacts;

/** What doctor found, for machines; {@code doctor.schema.json} beside this class describes it. */
public final class DoctorJson {

    private static final int VERSION = 1;
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private DoctorJson() {}

    /** One object, on one line. */
    public static String text(HostFacts facts, List<Doctor.Result> results) {
        JsonObject whole = new JsonObject();
        whole.addProperty("version", VERSION);
        whole.add("host", host(facts));
        JsonArray checks = new JsonArray();
        results.forEach(result -> checks.add(check(result)));
        whole.add("checks", checks);
        return GSON.toJson(whole);
    }

    private static JsonObject host(HostFacts facts) {
        JsonObject host = new JsonObject();
        host.addProperty("id", facts.distribution().osRelease().id());
        host.addProperty("family", facts.family().id());
        host.addProperty("release", facts.release());
        host.addProperty("arch", facts.architecture().id());
        host.addProperty("name", facts.distribution().osRelease().prettyName());
        host.addProperty("kernel", facts.kernelRelease());
        host.addProperty("init", facts.init().id());
        host.addProperty("runs_in", facts.enclosure().kind().name().toLowerCase(java.util.Locale.ROOT));
        return host;
    }

    private static JsonObject check(Doctor.Result result) {
        Finding finding = result.finding();
        JsonObject check = new JsonObject();
        check.addProperty("id", result.id());
        check.addProperty("status", finding.status().word());
        check.addProperty("summary", finding.summary());
        JsonObject evidence = new JsonObject();
        finding.evidence().forEach(evidence::addProperty);
        check.add("evidence", evidence);
        add(check, "fix", finding.fix());
        add(check, "because", finding.because());
        return check;
    }

    private static void add(JsonObject check, String name, Optional<String> value) {
        if (value.isPresent()) {
            check.addProperty(name, value.get());
        } else {
            check.add(name, JsonNull.INSTANCE);
        }
    }
}
