package org.nofear.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.nofear.build.BuildProgress;

/** Counts the lines of a growing log: make prints one for each object that it builds. */
final class LogWatcher implements AutoCloseable {

    private static final int BUFFER = 1 << 14;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "build-progress");
        thread.setDaemon(true);
        return thread;
    });

    private final Path log;
    private final long total;
    private final BuildProgress progress;

    LogWatcher(Path log, long total, BuildProgress progress) {
        this.log = log;
        this.total = total;
        this.progress = progress;
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        long lines = 0;
        try (InputStream in = Files.newInputStream(log)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
        } catch (IOException notYetThere) {
            lines = 0;
        }
        progress.advance(Math.min(lines, total), total);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
