package org.nofear.setup.resource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nofear.distro.PackageManager;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.files.Pause;
import org.nofear.setup.place.Target;

/**
 * A call of a package manager. Where another program has the packages' lock (a machine that has just booted updates itself), it is
 * made again until that has ended.
 *
 * @param waiting told, again and again, who has the lock
 */
public record PackageRun(Target target, PackageManager manager, Waiting waiting) {

    private static final Duration DEADLINE = Duration.ofMinutes(60);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Is told what is waited for; may give up by throwing. */
    public interface Waiting {
        void on(String holder);
    }

    /** Waits, makes the call, and quotes what the manager said of its failure. */
    void run(List<String> argv) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(Command.of(argv).environment());
        environment.putAll(manager.environment());
        Command command = target.logged(Command.of(argv).withDeadline(DEADLINE).withEnvironment(environment));
        long end = System.nanoTime() + target.packageWait().toNanos();
        while (true) {
            long from = logged();
            CommandResult done = target.host().commands().run(command);
            if (done.succeeded()) {
                return;
            }
            String said = done.output() + "\n" + done.error() + "\n" + since(from);
            Optional<String> holder = manager.locked(said);
            if (holder.isEmpty() || System.nanoTime() >= end) {
                throw new IOException("\"" + String.join(" ", argv) + "\" "
                        + (done.timedOut()
                                ? "took more than " + DEADLINE.toMinutes() + " minutes"
                                : "failed with status " + done.status())
                        + manager.complaint(said).map(line -> ": " + line).orElse(""));
            }
            waiting.on(holder.get());
            Pause.of(PAUSE);
        }
    }

    private long logged() throws IOException {
        Optional<Path> log = target.log().filter(Files::isRegularFile);
        return log.isPresent() ? Files.size(log.get()) : 0;
    }

    private String since(long from) throws IOException {
        Optional<Path> log = target.log().filter(Files::isRegularFile);
        if (log.isEmpty()) {
            return "";
        }
        try (InputStream in = Files.newInputStream(log.get())) {
            in.skipNBytes(from);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
