package org.nofear.setup.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.nofear.setup.engine.Progress;

/**
 * Progress for people: on a terminal the step under way is the last line, with a bar once it reports how far it is; in a log
 * each step is one line when it ends, and a line every ten seconds while it lasts.
 */
final class ConsoleProgress implements Progress {

    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final Duration LOG_EVERY = Duration.ofSeconds(10);
    private static final int BAR = 30;
    private static final int WHOLE = 100;
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final boolean colour;
    private final boolean quiet;

    ConsoleProgress(PrintWriter err, boolean terminal, boolean colour, boolean quiet) {
        this.err = err;
        this.terminal = terminal;
        this.colour = colour;
        this.quiet = quiet;
    }

    @Override
    public Step begin(String title) {
        return new Shown(Lines.one(title));
    }

    @Override
    public void note(String text) {
        if (!quiet) {
            print(Lines.one(text));
        }
    }

    @Override
    public void warn(String text) {
        print(paint("33", "warning: ") + Lines.one(text));
    }

    private void print(String line) {
        err.println((terminal ? ERASE : "") + line);
        err.flush();
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /** One step. */
    private final class Shown implements Step {

        private final String title;
        private final long began = System.nanoTime();
        private long shown = began;
        private boolean ended;

        Shown(String title) {
            this.title = title;
            draw(title);
        }

        private void draw(String line) {
            if (terminal && !quiet) {
                err.print(ERASE + line);
                err.flush();
            }
        }

        @Override
        public void advance(long done, long total) {
            long now = System.nanoTime();
            long percent = total <= 0 ? 0 : Math.min(WHOLE, done * WHOLE / total);
            if (terminal && now - shown >= REDRAW.toNanos()) {
                shown = now;
                int filled = (int) (percent * BAR / WHOLE);
                draw(title + " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + percent + " %  "
                        + seconds(now - began));
            } else if (!terminal && !quiet && now - shown >= LOG_EVERY.toNanos()) {
                shown = now;
                print(title + ": " + percent + " %, " + seconds(now - began));
            }
        }

        @Override
        public void done(String outcome) {
            ended = true;
            if (!quiet) {
                String words = outcome.isEmpty() ? "" : ": " + Lines.one(outcome);
                print(paint("32", "ok") + "  " + title + words + "  " + paint("2", seconds(System.nanoTime() - began)));
            }
        }

        @Override
        public void close() {
            if (!ended) {
                print(paint("31", "failed") + "  " + title + "  " + seconds(System.nanoTime() - began));
            }
        }
    }
}
