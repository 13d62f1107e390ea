package org.nofear.setup.cli;

import java.util.concurrent.CountDownLatch;
import org.nofear.setup.engine.Interrupt;

/**
 * Ctrl-C, SIGTERM and SIGHUP. The virtual machine runs its shutdown hook on them; that waits until the work has been brought
 * to a safe end, and the process then ends with 128 and the signal's number, which is the virtual machine's own doing.
 */
final class ShutdownInterrupt implements Interrupt {

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean asked;
    private volatile boolean mayKill;

    /** Begins to listen. */
    void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "shutdown"));
    }

    private void shutDown() {
        if (finished.getCount() == 0) {
            return;
        }
        asked = true;
        if (mayKill) {
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
        }
        boolean waiting = true;
        while (waiting) {
            try {
                finished.await();
                waiting = false;
            } catch (InterruptedException again) {
                // Nobody interrupts a hook; what is under way comes to its end.
            }
        }
    }

    /** The work has come to its end. */
    void finish() {
        finished.countDown();
    }

    @Override
    public boolean asked() {
        return asked;
    }

    @Override
    public void mayKill(boolean programs) {
        mayKill = programs;
    }
}
