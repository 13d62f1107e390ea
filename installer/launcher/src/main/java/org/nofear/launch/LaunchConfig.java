package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;

/**
 * What install generated for the launcher, and what the administrator set above it: {@code key = value} lines; later files
 * win. Nothing is detected twice.
 *
 * @param library the directory of NoFear's own files
 * @param files the files that were read or looked for: a plan is out of date when one of them changes
 * @param values by key
 */
public record LaunchConfig(Path library, List<Path> files, Map<String, String> values) {

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
                        Path.of(ConfigFile.ADMIN)));
    }

    static LaunchConfig read(Path library, List<Path> files) {
        Map<String, String> values = new LinkedHashMap<>();
        for (Path file : files) {
            ConfigFile read = parse(file, !file.startsWith(library));
            values.putAll(read.values());
        }
        return new LaunchConfig(library, files, values);
    }

    /** Install's own files may be of another version, with keys that nobody reads any more; the administrator's has none. */
    private static ConfigFile parse(Path file, boolean administrators) {
        try {
            ConfigFile read = ConfigFile.parse(Files.readString(file));
            read.faults().stream()
                    .filter(fault -> administrators || fault.form())
                    .findFirst()
                    .ifPresent(fault -> {
                        throw LaunchError.failed(fault.in(file.toString()));
                    });
            return read;
        } catch (NoSuchFileException absent) {
            return ConfigFile.parse("");
        } catch (IOException unreadable) {
            throw LaunchError.failed("cannot read " + file + ": " + Reason.of(unreadable));
        }
    }

    public Optional<String> get(ConfigKey key) {
        return Optional.ofNullable(values.get(key.id())).filter(value -> !value.isEmpty());
    }

    /**
     * A value that install always writes.
     *
     * @throws LaunchError when it is missing: NoFear is not installed, or not completely
     */
    public String require(ConfigKey key) {
        return get(key).orElseThrow(() -> LaunchError.failed("no \"" + key.id() + "\" in " + files.get(0)
                + ": run \"sudo nofear-setup install\" to complete the installation"));
    }
}
