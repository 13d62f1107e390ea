package org.nofear.facts;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** QEMU's version, as its {@code --version} prints it: {@code QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)}. */
public record QemuVersion(int major, int minor) implements Comparable<QemuVersion> {

    private static final Pattern LINE = Pattern.compile("(?m)^QEMU emulator version (\\d{1,6})\\.(\\d{1,6})");
    private static final Comparator<QemuVersion> ORDER =
            Comparator.comparingInt(QemuVersion::major).thenComparingInt(QemuVersion::minor);

    static Optional<QemuVersion> parse(String output) {
        Matcher line = LINE.matcher(output);
        return line.find()
                ? Optional.of(new QemuVersion(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(QemuVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
