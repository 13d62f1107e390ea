package org.nofear.build;

/** Is told how far a build is. */
@FunctionalInterface
public interface BuildProgress {

    /** Tells nobody. */
    BuildProgress SILENT = (done, total) -> {};

    /**
     * Called from time to time, from another thread.
     *
     * @param done objects built so far
     * @param total objects expected: an estimate
     */
    void advance(long done, long total);
}
