package org.nofear.setup.doctor;

import java.util.ArrayList;
import java.util.List;

/**
 * A version of Landlock's interface: each holds a process to more than the one before (the kernel's
 * Documentation/userspace-api/landlock.rst).
 *
 * @param number from 1 on; 0: this kernel has none
 */
record LandlockAbi(int number) {

    private enum Right {
        TRUNCATION(3, "truncation (Linux 6.2)"),
        TCP(4, "TCP (6.7)"),
        IOCTL(5, "requests to devices (6.10)"),
        SCOPE(6, "signals and abstract sockets (6.12)");

        private final int since;
        private final String words;

        Right(int since, String words) {
            this.since = since;
            this.words = words;
        }
    }

    /** What this one leaves free, each with the kernel that would hold it. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (Right each : Right.values()) {
            if (number < each.since) {
                missing.add(each.words);
            }
        }
        return missing;
    }

    boolean none() {
        return number == 0;
    }

    /** As evidence. */
    String words() {
        return none() ? "not in this kernel" : "ABI " + number;
    }
}
