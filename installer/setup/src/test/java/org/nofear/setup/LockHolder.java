package org.nofear.setup;

import java.io.IOException;
import java.nio.file.Path;

/** Takes the lock of the live machine in a directory, and keeps it until it is killed; with a child, when asked to. */
final class LockHolder {

    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        SetupLock.holding(Path.of(arguments[0]), Path.of("/"), "install", () -> {
            if (arguments.length > 1) {
                new ProcessBuilder("sleep", "60")
                        .inheritIO()
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            }
            System.out.println("held");
            return System.in.read();
        });
    }
}
