package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.files.TextLog;

/** Progress that is also written to the log, between what programs write there. */
final class LoggedProgress implements Progress {

    private final Progress shown;
    private final Path log;

    LoggedProgress(Progress shown, Path log) {
        this.shown = shown;
        this.log = log;
    }

    private void log(String text) {
        try {
            TextLog.line(log, text);
        } catch (IOException fullDisk) {
            // What is being logged about matters more than the log.
        }
    }

    @Override
    public Step begin(String title) {
        log("== " + title);
        Step step = shown.begin(title);
        return new Step() {
            private boolean ended;

            @Override
            public void advance(long done, long total) {
                step.advance(done, total);
            }

            @Override
            public void done(String outcome) {
                ended = true;
                log("ok " + title + " " + outcome);
                step.done(outcome);
            }

            @Override
            public void close() {
                if (!ended) {
                    log("failed " + title);
                }
                step.close();
            }
        };
    }

    @Override
    public void note(String text) {
        log(text);
        shown.note(text);
    }

    @Override
    public void warn(String text) {
        log("warning: " + text);
        shown.warn(text);
    }
}
