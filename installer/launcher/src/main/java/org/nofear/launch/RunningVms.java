package org.nofear.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The VMs that run, as their monitors tell: a {@code status} file of NUL-terminated pairs in each VM's run directory.
 *
 * @param directory the caller's run directory
 */
record RunningVms(Path directory) {

    /** What a monitor calls itself. */
    private static final String MONITOR = "nofear-monitor";

    /**
     * One VM.
     *
     * @param profile its name
     * @param vmm as in a plan
     * @param pid of its monitor
     * @param sessions commands that run
     * @param left processes that commands left running, and that keep it
     * @param leftBy what some of these call themselves
     */
    record Vm(String profile, String vmm, long pid, long sessions, long left, String leftBy) {

        /** Why it runs. */
        String reason() {
            if (sessions > 0) {
                return sessions == 1 ? "1 command" : sessions + " commands";
            }
            if (left > 0) {
                return "kept by " + leftBy + (left > leftBy.split(", ", -1).length ? ", ... (" + left + ")" : "");
            }
            return "waits for a command";
        }
    }

    List<Vm> list() {
        List<Vm> vms = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                read(entry.resolve("status")).ifPresent(vms::add);
            }
        } catch (IOException none) {
            return List.of();
        }
        return List.copyOf(vms);
    }

    Optional<Vm> of(ProfileName profile) {
        return list().stream()
                .filter(vm -> vm.profile().equals(profile.value()))
                .findFirst();
    }

    /** The file lies where the VMM may write: that it names some other process of the caller's must be of no use. */
    private static boolean isMonitor(long pid) {
        try {
            return pid > 1
                    && Files.readString(Path.of("/proc/" + pid + "/comm"))
                            .strip()
                            .equals(MONITOR);
        } catch (IOException gone) {
            return false;
        }
    }

    private static Optional<Vm> read(Path status) {
        try {
            Map<String, String> values = new HashMap<>();
            String[] words =
                    Files.readString(status, StandardCharsets.ISO_8859_1).split("\0", -1);
            for (int i = 0; i + 1 < words.length; i += 2) {
                values.put(words[i], words[i + 1]);
            }
            long pid = Long.parseLong(values.getOrDefault("pid", ""));
            return isMonitor(pid)
                    ? Optional.of(new Vm(
                            values.getOrDefault("profile", "?"),
                            values.getOrDefault("vmm.kind", "?"),
                            pid,
                            Long.parseLong(values.getOrDefault("sessions", "0")),
                            Long.parseLong(values.getOrDefault("left", "0")),
                            values.getOrDefault("left.by", "")))
                    : Optional.empty();
        } catch (IOException | NumberFormatException absent) {
            return Optional.empty();
        }
    }
}
