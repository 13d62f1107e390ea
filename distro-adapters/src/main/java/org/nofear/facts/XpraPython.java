package org.nofear.facts;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.Host;

/**
 * What Xpra finds in the host's Python, whose packages it only recommends. Where Xpra has another Python of its own, or there is
 * none to ask, nothing is held to be missing.
 *
 * @param cairo the bindings for GTK, without which windows stay black
 * @param imaging the library without which the server fails at the first window
 * @param sound GStreamer's plugin for PulseAudio, and its bindings
 */
public record XpraPython(boolean cairo, boolean imaging, boolean sound) {

    private static final XpraPython NOTHING_MISSING = new XpraPython(true, true, true);
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    /**
     * Says what works, each when it is known: the last may take the whole of Python with it. GStreamer is not initialised, for it
     * would write a list of its plugins to the caller's home; it looks for them beside its own library.
     */
    private static final String QUESTIONS = """
            import ctypes, os
            def cairo():
                import gi
                gi.require_foreign('cairo')
            def imaging():
                import PIL
            def sound():
                import gi
                gi.require_version('Gst', '1.0')
                ctypes.CDLL('libgstreamer-1.0.so.0')
                maps = [line.split() for line in open('/proc/self/maps')]
                library = [words[-1] for words in maps if '/libgstreamer-1.0.' in words[-1]][0]
                os.stat(os.path.dirname(library) + '/gstreamer-1.0/libgstpulseaudio.so')
            for question in cairo, imaging, sound:
                try:
                    question()
                    print(question.__name__, flush=True)
                except Exception:
                    pass
            """;

    /** Runs Python (about 0.1 s). */
    public static XpraPython detect(Host host) {
        Optional<String> python = host.program("python3").filter(found -> host.answers());
        return python.isPresent() ? ask(host, python.get()) : NOTHING_MISSING;
    }

    private static XpraPython ask(Host host, String python) {
        try {
            List<String> works = host.commands()
                    .run(Command.of(python, "-I", "-c", QUESTIONS).withDeadline(DEADLINE))
                    .lines();
            return new XpraPython(works.contains("cairo"), works.contains("imaging"), works.contains("sound"));
        } catch (IOException broken) {
            return NOTHING_MISSING;
        }
    }
}
