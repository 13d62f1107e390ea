package org.nofear.setup.files;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits between two tries of what another program has in its hands. */
public final class Pause {

    private Pause() {}

    /**
     * Waits so long.
     *
     * @throws IOException when the wait is interrupted
     */
    public static void of(Duration time) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
