package org.nofear.setup.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import org.nofear.setup.engine.Progress;

/** Progress for machines: one JSON object a line. */
final class JsonProgress implements Progress {

    private static final double MILLION = 1e6;

    private final PrintWriter out;

    JsonProgress(PrintWriter out) {
        this.out = out;
    }

    private static JsonObject event(String name) {
        JsonObject event = new JsonObject();
        event.addProperty("event", name);
        return event;
    }

    private void send(JsonObject event) {
        out.println(event);
        out.flush();
    }

    private void text(String name, String text) {
        JsonObject event = event(name);
        event.addProperty("text", text);
        send(event);
    }

    @Override
    public Step begin(String title) {
        JsonObject event = event("begin");
        event.addProperty("step", title);
        send(event);
        return new Reported(title);
    }

    @Override
    public void note(String text) {
        text("note", text);
    }

    @Override
    public void warn(String text) {
        text("warning", text);
    }

    /** One step. */
    private final class Reported implements Step {

        private final String title;
        private final long began = System.nanoTime();
        private long percent = -1;
        private boolean ended;

        Reported(String title) {
            this.title = title;
        }

        @Override
        public void advance(long done, long total) {
            long now = total <= 0 ? 0 : done * 100 / total;
            if (now != percent) {
                percent = now;
                JsonObject event = event("progress");
                event.addProperty("step", title);
                event.addProperty("done", done);
                event.addProperty("total", total);
                send(event);
            }
        }

        private void end(String name, String outcome) {
            ended = true;
            JsonObject event = event(name);
            event.addProperty("step", title);
            event.addProperty("outcome", outcome);
            event.addProperty("milliseconds", Math.round((System.nanoTime() - began) / MILLION));
            send(event);
        }

        @Override
        public void done(String outcome) {
            end("done", outcome);
        }

        @Override
        public void close() {
            if (!ended) {
                end("failed", "");
            }
        }
    }
}
