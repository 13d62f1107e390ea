package org.nofear.setup.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.nofear.host.Host;
import org.nofear.setup.describe.InstallBlueprint;

/** Where the virtual machine begins. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        ShutdownInterrupt interrupt = new ShutdownInterrupt();
        interrupt.listen();
        Path home = Path.of(System.getProperty("nofear.home", "/usr/local"));
        Surroundings surroundings = new Surroundings(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                interrupt,
                new InstallBlueprint(home),
                home);
        int status;
        try {
            status = new Setup(surroundings).run(List.of(arguments));
            record(surroundings, List.of(arguments), status);
        } finally {
            // Also when Java itself fails: the shutdown hook waits for it.
            interrupt.finish();
        }
        System.exit(status);
    }

    private static void record(Surroundings surroundings, List<String> arguments, int status) {
        RunRecord record = new RunRecord(surroundings.variable("SUDO_USER"), arguments, status);
        Host host = surroundings.host(Path.of("/"));
        if (record.counts() && host.os().effectiveUserId() == 0) {
            record.write(host.commands());
        }
    }
}
