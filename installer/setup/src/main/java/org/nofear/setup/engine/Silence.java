package org.nofear.setup.engine;

/** Progress that nobody is shown. */
public class Silence implements Progress {

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
