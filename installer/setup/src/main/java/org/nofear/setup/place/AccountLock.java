package org.nofear.setup.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.nofear.setup.files.LockFile;
import org.nofear.setup.files.Pause;

/** The lock that passwd(1), groupadd(8) and their kin take before they edit an account file: lckpwdf(3). */
final class AccountLock {

    private static final String FILE = "/etc/.pwd.lock";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private AccountLock() {}

    /** An edit of account files. */
    interface Edit {
        void make() throws IOException;
    }

    /** Makes an edit under the lock of the running machine; an offline tree needs none. */
    static void holding(Target target, Edit edit) throws IOException {
        if (!target.host().live()) {
            edit.make();
            return;
        }
        target.files().check(FILE);
        Path file = target.files().locate(FILE);
        boolean there = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        LockFile lock = take(file);
        try {
            edit.make();
        } finally {
            if (there) {
                lock.close();
            } else {
                lock.closeAndDelete();
            }
        }
    }

    private static LockFile take(Path file) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Optional<LockFile> lock = LockFile.tryLock(file, "");
            if (lock.isPresent()) {
                return lock.get();
            }
            Pause.of(PAUSE);
        }
        throw new IOException("another program is editing /etc/group (it has locked " + FILE + ")");
    }
}
