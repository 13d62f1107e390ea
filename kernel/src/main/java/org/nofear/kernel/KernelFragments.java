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
            List.of("base", "machine", "virtio", "filesystems", "network", "isolation", "containers", "trim");

    /** All options asked for. */
    public List<KernelOption> options() {
        return NAMES.stream()
                .flatMap(name -> read(name).lines())
                .filter(line -> line.startsWith("CONFIG_"))
                .map(KernelOption::parse)
                .toList();
    }

    /** The same for kconfig, of any version. */
    public String text() {
        return options().stream().map(KernelOption::text).collect(Collectors.joining());
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
