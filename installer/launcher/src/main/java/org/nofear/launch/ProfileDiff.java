package org.nofear.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What a profile changed against the host. Asked in the profile's own VM, which is started if none runs: there the disk is whole,
 * whatever happened to an earlier VM, and the guest's agent shows the upper directories of its overlays to root.
 *
 * @param host the root directory of the host
 */
record ProfileDiff(Path host) {

    /** Where the agent shows them (mounts.c), and the kinds that find tells apart: an overlay's mark of a deleted file, directories, the rest. */
    private static final String QUESTION = "cd /run/nofear/changes && find . -type c -print0 && printf '\\0' &&"
            + " find . -type d -print0 && printf '\\0' && find . ! -type c ! -type d -print0";

    /** What of a guest is never the host's. */
    private static final Set<String> OWN = Set.of("home", "root", "srv");

    /** What became of a path. */
    enum Kind {
        ADDED,
        CHANGED,
        DELETED
    }

    /**
     * A path that differs.
     *
     * @param path absolute
     */
    record Change(Kind kind, String path) {}

    /**
     * The changes of a profile, by path.
     *
     * @param launcher the program nofear
     * @throws LaunchError with the VM's status when it did not answer
     */
    List<Change> of(Path launcher, ProfileName profile) {
        try {
            Process vm = new ProcessBuilder(
                            launcher.toString(), "run", "-p", profile.toString(), "--root", "--", "sh", "-c", QUESTION)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .start();
            String answer;
            try (InputStream output = vm.getInputStream()) {
                answer = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            }
            int status = vm.waitFor();
            if (status != 0) {
                throw new LaunchError(status, "the VM of profile " + profile + " could not tell its changes");
            }
            return parse(answer);
        } catch (IOException failed) {
            throw LaunchError.failed(launcher + ": " + Reason.of(failed));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw LaunchError.failed("interrupted");
        }
    }

    List<Change> parse(String answer) {
        List<Change> changes = new ArrayList<>();
        int section = 0;
        for (String word : answer.split("\0", -1)) {
            String path = word.startsWith("./") ? word.substring(1) : word;
            if (path.isEmpty()) {
                section++;
            } else if (path.indexOf('/', 1) > 0) { // else the shared directory itself
                add(changes, section, path);
            }
        }
        changes.sort(Comparator.comparing(Change::path));
        return changes;
    }

    private void add(List<Change> changes, int section, String path) {
        boolean there = !OWN.contains(path.substring(1, path.indexOf('/', 1))) && exists(path);
        switch (section) {
            case 0 -> changes.add(new Change(Kind.DELETED, path));
            case 1 -> {
                // One that the host has is only the way to what is in it.
                if (!there) {
                    changes.add(new Change(Kind.ADDED, path));
                }
            }
            default -> changes.add(new Change(there ? Kind.CHANGED : Kind.ADDED, path));
        }
    }

    private boolean exists(String path) {
        return Files.exists(host.resolve(path.substring(1)), LinkOption.NOFOLLOW_LINKS);
    }
}
