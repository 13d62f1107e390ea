package org.nofear.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.nofear.setup.files.LockFile;
import org.nofear.setup.snapshot.Digests;

/**
 * The lock that one nofear-setup at a time has on a root directory: a kernel lock, gone with its process. Its file is in this
 * machine's /run also for an offline tree, so that the tree is not touched; it stays there, since removing it could let two
 * processes lock two files of one name.
 */
public final class SetupLock {

    private static final Path DIRECTORY = Path.of("/run");
    private static final int DIGITS = 12;

    private SetupLock() {}

    /** What is done under the lock. */
    public interface Work {
        int run() throws IOException;
    }

    /**
     * Takes the lock at once, and works under it.
     *
     * @return what the work returns
     * @throws UserError (75) naming who has it, and since when
     */
    public static int holding(Path root, String command, Work work) throws IOException {
        return holding(DIRECTORY, root, command, work);
    }

    static int holding(Path directory, Path root, String command, Work work) throws IOException {
        Path file = directory.resolve(name(root));
        String holder = "process " + ProcessHandle.current().pid() + " (" + command + ") since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Optional<LockFile> lock = LockFile.tryLock(file, holder);
        if (lock.isEmpty()) {
            throw new UserError(
                    ExitCode.BUSY, "another nofear-setup is running: " + holderOf(file), "try again when it has ended");
        }
        try {
            return work.run();
        } finally {
            lock.get().close();
        }
    }

    private static String name(Path root) {
        if (root.equals(Path.of("/"))) {
            return "nofear-setup.lock";
        }
        return "nofear-setup-"
                + Digests.sha256(root.toString().getBytes(StandardCharsets.UTF_8))
                        .substring(0, DIGITS) + ".lock";
    }

    private static String holderOf(Path file) throws IOException {
        String holder = Files.readString(file).strip();
        return holder.isEmpty() ? "it has only just begun" : holder;
    }
}
