package org.nofear.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The guest's first file system: the agent as /init, and nothing but the drivers of a stock kernel beside it. One image serves
 * every VMM and every user; what a run needs comes to the agent as data.
 */
public final class GuestImage {

    private static final int PROGRAM = 0755;
    private static final int DATA = 0644;
    private static final int CONSOLE = 0600;

    private final Path agent;
    private final List<Path> modules;

    /**
     * An image.
     *
     * @param agent the static program
     * @param modules drivers in the order of their loading, not compressed; none for a kernel of our own
     */
    public GuestImage(Path agent, List<Path> modules) {
        this.agent = agent;
        this.modules = List.copyOf(modules);
    }

    /** The cpio archive. */
    public byte[] archive() throws IOException {
        CpioWriter cpio = new CpioWriter();
        cpio.directory("dev", PROGRAM);
        // The kernel opens it for init before anything is mounted.
        cpio.characterDevice("dev/console", CONSOLE, 5, 1);
        cpio.directory("proc", PROGRAM);
        cpio.directory("sys", PROGRAM);
        cpio.file("init", PROGRAM, Files.readAllBytes(agent));
        if (!modules.isEmpty()) {
            cpio.directory("modules", PROGRAM);
        }
        for (int i = 0; i < modules.size(); i++) {
            Path module = modules.get(i);
            cpio.file(
                    String.format(Locale.ROOT, "modules/%03d-%s", i, module.getFileName()),
                    DATA,
                    Files.readAllBytes(module));
        }
        return cpio.finish();
    }
}
