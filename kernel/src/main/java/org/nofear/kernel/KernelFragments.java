package org.nofear.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** What the guest kernel is asked to have, above tinyconfig: one fragment a subject. A new one is a file and its name here. */
public final class KernelFragments {

    private static final List<String> NAMES =
            List.of("base", "machine", "virtio", "filesystems", "network", "isolation", "trim");

    /** All fragments, one after the other. */
    public String text() {
        return NAMES.stream().map(KernelFragments::read).collect(Collectors.joining("\n"));
    }

    /** All options asked for. */
    public KernelConfig config() {
        return KernelConfig.parse(text());
    }

    private static String read(String name) {
        try (InputStream in = KernelFragments.class.getResourceAsStream(name + ".config")) {
            if (in == null) {
                throw new IllegalStateException("the fragment " + name + " is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
    }
}
