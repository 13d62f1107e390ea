package org.nofear.setup.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import org.nofear.setup.engine.Change;
import org.nofear.setup.engine.Kept;
import org.nofear.setup.engine.Outcome;
import org.nofear.setup.engine.Plan;
import org.nofear.setup.engine.Verification;

/** What a command found or did, as its result: data, on standard output. */
final class Report {

    private static final int VERSION = 1;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    Report(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    void plan(Plan plan) {
        if (json) {
            JsonObject whole = changes(plan.changes(), plan.kept());
            JsonArray unseen = new JsonArray();
            plan.unseen().forEach(unseen::add);
            whole.add("unseen", unseen);
            out.println(whole);
        } else {
            plan.changes().forEach(this::show);
            kept(plan.kept());
            plan.unseen().forEach(each -> err.println("not seen: " + Lines.one(each)));
            out.println(count(plan.changes().size()));
        }
    }

    private void show(Change change) {
        String name = change.id().substring(change.id().indexOf(':') + 1);
        String kind = change.id().substring(0, change.id().indexOf(':'));
        out.println(
                change.kind().word() + " " + kind + " " + Lines.one(name) + "  (" + Lines.one(change.reason()) + ")");
        String from = change.kind() == Change.Kind.CREATE ? "" : Lines.one(change.before()) + " -> ";
        out.println("    " + from + Lines.one(change.after()));
        change.diff().ifPresent(diff -> Lines.many(diff).lines().forEach(line -> out.println("    " + line)));
    }

    void outcome(Outcome outcome) {
        if (json) {
            JsonObject whole = changes(outcome.changes(), outcome.kept());
            whole.addProperty("event", "result");
            JsonArray failed = new JsonArray();
            outcome.failed().forEach(failed::add);
            whole.add("failed", failed);
            out.println(whole);
        } else {
            kept(outcome.kept());
            outcome.failed().forEach(each -> err.println("not taken back: " + Lines.one(each)));
            out.println(count(outcome.changes().size() - outcome.failed().size()));
        }
    }

    void verification(Verification.Result result) {
        if (json) {
            JsonObject whole = new JsonObject();
            whole.addProperty("version", VERSION);
            JsonArray differences = new JsonArray();
            for (Verification.Difference each : result.differences()) {
                JsonObject one = new JsonObject();
                one.addProperty("kind", each.kind());
                one.addProperty("id", each.place());
                one.addProperty("found", each.found());
                differences.add(one);
            }
            whole.add("differences", differences);
            JsonArray unseen = new JsonArray();
            result.unseen().forEach(unseen::add);
            whole.add("unseen", unseen);
            out.println(whole);
        } else {
            result.differences().forEach(this::show);
            result.unseen().forEach(each -> err.println("not seen: " + Lines.one(each)));
        }
    }

    private void show(Verification.Difference each) {
        String name = each.place().substring(each.place().indexOf(':') + 1);
        String kind = each.place().substring(0, each.place().indexOf(':'));
        out.println(each.kind() + " " + kind + " " + Lines.one(name) + "  (" + Lines.one(each.found()) + ")");
    }

    private void kept(List<Kept> kept) {
        kept.forEach(each -> err.println("kept " + Lines.one(each.what()) + ": " + each.why()));
    }

    private static String count(int changes) {
        return changes == 1 ? "1 change" : changes + " changes";
    }

    private static JsonObject changes(List<Change> changes, List<Kept> kept) {
        JsonObject whole = new JsonObject();
        whole.addProperty("version", VERSION);
        JsonArray list = new JsonArray();
        for (Change change : changes) {
            JsonObject each = new JsonObject();
            each.addProperty("kind", change.kind().word());
            each.addProperty("id", change.id());
            each.addProperty("reason", change.reason());
            each.addProperty("before", change.before());
            each.addProperty("after", change.after());
            change.diff().ifPresent(diff -> each.addProperty("diff", diff));
            list.add(each);
        }
        whole.add("changes", list);
        JsonArray left = new JsonArray();
        for (Kept each : kept) {
            JsonObject one = new JsonObject();
            one.addProperty("what", each.what());
            one.addProperty("why", each.why());
            left.add(one);
        }
        whole.add("kept", left);
        return whole;
    }
}
