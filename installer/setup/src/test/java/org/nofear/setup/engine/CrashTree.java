package org.nofear.setup.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Runs the engine on the test's tree, as a process of its own that ci/e2e/crash.sh can kill: {@code DIR make|install|uninstall}. */
final class CrashTree {

    private CrashTree() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        OfflineTree tree = new OfflineTree(directory.resolve("tree"), directory.resolve("sources"), Optional.empty());
        switch (arguments[1]) {
            case "make" -> {
                OfflineTree.in(directory);
                // Something that takes its time to be written.
                Files.write(tree.sources().resolve("lkvm"), new byte[4 << 20]);
            }
            case "install" -> tree.install();
            case "uninstall" -> tree.uninstall();
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }
}
