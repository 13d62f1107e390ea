package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What install generated for the launcher, and what the administrator set above it: {@code key = value} lines; later files
 * win. Nothing is detected twice.
 *
 * @param library the directory of NoFear's own files
 * @param files the files that were read or looked for: a plan is out of date when one of them changes
 * @param values by key
 */
public record LaunchConfig(Path library, List<Path> files, Map<String, String> values) {

    /** The administrator's file. */
    private static final Path ADMIN = Path.of("/etc/nofear/nofear.conf");

    public LaunchConfig {
        files = List.copyOf(files);
        values = Map.copyOf(values);
    }

    /** Reads launch.conf and gui.conf (install's), vmm.conf (the boot test's) and the administrator's file. */
    public static LaunchConfig read(Path library) {
        return read(
                library,
                List.of(
                        library.resolve("launch.conf"),
                        library.resolve("vmm.conf"),
                        library.resolve("gui.conf"),
                        ADMIN));
    }

    static LaunchConfig read(Path library, List<Path> files) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Path file : files) {
            values.putAll(parse(file));
        }
        return new LaunchConfig(library, files, values);
    }

    private static Map<String, String> parse(Path file) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                String text = line.strip();
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                int equals = text.indexOf('=');
                if (equals < 1) {
                    throw LaunchError.failed(file + ":" + number + ": expected \"key = value\"");
                }
                values.put(
                        text.substring(0, equals).strip(),
                        text.substring(equals + 1).strip());
            }
            return values;
        } catch (NoSuchFileException absent) {
            return Map.of();
        } catch (IOException unreadable) {
            throw LaunchError.failed("cannot read " + file + ": " + Reason.of(unreadable));
        }
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    /**
     * A value that install always writes.
     *
     * @throws LaunchError when it is missing: NoFear is not installed, or not completely
     */
    public String require(String key) {
        return get(key).orElseThrow(() -> LaunchError.failed("no \"" + key + "\" in " + files.get(0)
                + ": run \"sudo nofear-setup install\" to complete the installation"));
    }
}
