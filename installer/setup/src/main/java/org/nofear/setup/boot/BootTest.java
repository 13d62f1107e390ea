package org.nofear.setup.boot;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nofear.contract.VmmKind;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.CommandRunner;
import org.nofear.image.Printable;

/**
 * Boots the guest for real, with the installed launcher, kernel and image: a command must run in it, and its output and its
 * status must come back. Nothing less proves anything: there are hosts where /dev/kvm opens and even runs a few
 * instructions, and no ordinary guest gets any further.
 *
 * @param commands runs the launcher
 * @param launcher the installed {@code nofear}
 * @param scratch a directory of root's own for the test's (temporary) profile
 */
public record BootTest(CommandRunner commands, Path launcher, Path scratch) {

    private static final String TOKEN = "nofear-boot-test";
    private static final int STATUS = 42;
    /** What the launcher may need beyond the boot itself: a JVM's start, the VMM's end. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    /** Boots with each candidate in turn, until one does; the results so far, a {@link BootResult.Booted} last if any. */
    public List<BootResult> firstThatBoots(List<VmmKind> candidates, BootDeadlines deadlines) {
        List<BootResult> results = new ArrayList<>();
        for (VmmKind candidate : candidates) {
            BootResult result = boot(candidate, deadlines.of(candidate));
            results.add(result);
            if (result instanceof BootResult.Booted) {
                break;
            }
        }
        return List.copyOf(results);
    }

    /** Boots the guest once. */
    public BootResult boot(VmmKind vmm, Duration deadline) {
        Command command = Command.of(
                        launcher.toString(),
                        "run",
                        "--allow-root",
                        "--temporary",
                        "--network",
                        "none",
                        "--",
                        "/bin/sh",
                        "-c",
                        "echo " + TOKEN + "; exit " + STATUS)
                .withDeadline(deadline.plus(MARGIN))
                .withEnvironment(Map.of(
                        "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
                        "LC_ALL", "C.UTF-8",
                        "HOME", scratch.toString(),
                        "NOFEAR_HOME", scratch.toString(),
                        "NOFEAR_VMM", vmm.id(),
                        "NOFEAR_BOOT_DEADLINE", Long.toString(deadline.toSeconds())));
        long start = System.nanoTime();
        try {
            CommandResult result = commands.run(command);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            if (result.status() == STATUS && result.output().strip().equals(TOKEN)) {
                return new BootResult.Booted(vmm, took);
            }
            return new BootResult.Failed(vmm, reason(result, deadline));
        } catch (IOException cannotStart) {
            return new BootResult.Failed(vmm, String.valueOf(cannotStart.getMessage()));
        }
    }

    private static String reason(CommandResult result, Duration deadline) {
        if (result.timedOut()) {
            return "no answer from the guest within " + deadline.plus(MARGIN).toSeconds() + " s";
        }
        return result.error()
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((earlier, last) -> last)
                .map(Printable::of)
                .orElse("the launcher ended with status " + result.status() + " and without the guest's answer");
    }
}
