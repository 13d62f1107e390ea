package org.nofear.setup.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where the virtual machine begins. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        ShutdownInterrupt interrupt = new ShutdownInterrupt();
        interrupt.listen();
        Surroundings surroundings = new Surroundings(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                System.getenv(),
                interrupt,
                (host, options, progress) -> List.of());
        int status = new Setup(surroundings).run(List.of(arguments));
        interrupt.finish();
        System.exit(status);
    }
}
