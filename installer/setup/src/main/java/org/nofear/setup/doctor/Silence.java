package org.nofear.setup.doctor;

import org.nofear.setup.engine.Progress;

/** Progress that nobody is shown: doctor's own lines say what was found. */
final class Silence implements Progress {

    @Override
    public Step begin(String title) {
        return new Step() {
            @Override
            public void advance(long done, long total) {}

            @Override
            public void done(String outcome) {}

            @Override
            public void close() {}
        };
    }

    @Override
    public void note(String text) {}

    @Override
    public void warn(String text) {}
}
