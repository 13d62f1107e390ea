package org.nofear.setup.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Something to look at that takes a second or more: it is done once, and begun as soon as it is known that a check will want it,
 * beside the checks ahead of that.
 *
 * @param <T> what is found
 */
public final class Background<T> {

    private final Work<T> work;
    private Optional<CompletableFuture<T>> begun = Optional.empty();

    Background(Work<T> work) {
        this.work = work;
    }

    /** What takes long; nobody interrupts it, and it changes nothing. */
    @FunctionalInterface
    interface Work<T> {
        T look() throws IOException;
    }

    /** Begins it, if it has not been begun. */
    synchronized void begin() {
        if (begun.isEmpty()) {
            begun = Optional.of(CompletableFuture.supplyAsync(this::looked));
        }
    }

    /**
     * What was found; waits for it.
     *
     * @throws IOException when it could not be looked at
     */
    T get() throws IOException {
        begin();
        try {
            return future().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof UncheckedIOException unreadable && unreadable.getCause() != null) {
                throw unreadable.getCause();
            } else if (failed.getCause() instanceof RuntimeException broken) {
                throw broken;
            }
            throw failed;
        }
    }

    private synchronized CompletableFuture<T> future() {
        return begun.orElseThrow();
    }

    private T looked() {
        try {
            return work.look();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
