package org.nofear.setup.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.SetupLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nofear-setup install}. */
@Command(
        name = "install",
        synopsisHeading = "Example: sudo nofear-setup install%nUsage: ",
        customSynopsis = "nofear-setup install [OPTION...]",
        description = "Brings this machine to the state that NoFear needs; run again, completes or changes nothing.")
final class InstallCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private InstallArguments arguments = new InstallArguments();

    @Mixin
    private OutputArguments output = new OutputArguments();

    @Option(names = "--dry-run", description = "show every change, in order; change nothing (needs no root)")
    private boolean dryRun;

    InstallCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        InstallOptions options = arguments.options(surroundings, dryRun);
        Duration wait = arguments.packageWait();
        return dryRun ? plan(surroundings, options, output) : install(options, wait);
    }

    private int install(InstallOptions options, Duration wait) throws IOException {
        Session.needRoot(surroundings, options.root(), "install");
        return SetupLock.holding(options.root(), "install", () -> {
            Session session =
                    Session.writing(surroundings, options.root(), output).waiting(wait);
            session.report().outcome(session.installation(surroundings).bring(options));
            return ExitCode.OK.number();
        });
    }

    /** What {@code install} would do. */
    static int plan(Surroundings surroundings, InstallOptions options, OutputArguments output) throws IOException {
        Session session = Session.reading(surroundings, options.root(), output);
        session.report().plan(session.installation(surroundings).plan(options));
        return ExitCode.OK.number();
    }
}
