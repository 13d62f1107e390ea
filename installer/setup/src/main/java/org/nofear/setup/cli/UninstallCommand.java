package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.nofear.setup.ExitCode;
import org.nofear.setup.SetupLock;
import org.nofear.setup.describe.Layout;
import org.nofear.setup.describe.RunningVms;
import org.nofear.setup.engine.Outcome;
import org.nofear.setup.engine.Uninstaller;
import org.nofear.setup.journal.State;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nofear-setup uninstall}. */
@Command(
        name = "uninstall",
        synopsisHeading = "Example: sudo nofear-setup uninstall%nUsage: ",
        customSynopsis = "nofear-setup uninstall [OPTION...]",
        description =
                "Takes every change back. What was edited meanwhile is kept and named; profiles are never touched.")
final class UninstallCommand implements Callable<Integer> {

    private static final String CACHE = "/var/cache/nofear";

    private final Surroundings surroundings;

    @Mixin
    private RootArgument root = new RootArgument();

    @Mixin
    private OutputArguments output = new OutputArguments();

    @Option(names = "--dry-run", description = "show every change, in order; change nothing (needs no root)")
    private boolean dryRun;

    @Option(names = "--yes", description = "ask nothing (nothing is asked at present; for scripts)")
    @SuppressWarnings("UnusedVariable")
    private boolean yes;

    @Option(names = "--force", description = "also where VMs run, which then lose what they stand on")
    private boolean force;

    UninstallCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path tree = root.root();
        if (dryRun) {
            Session session = Session.reading(surroundings, tree, output);
            session.report()
                    .plan(new Uninstaller(
                                    session.target(), session.store(), session.progress(), surroundings.interrupt())
                            .plan());
            return ExitCode.OK.number();
        }
        Session.needRoot(surroundings, tree, "uninstall");
        return SetupLock.holding(tree, "uninstall", () -> {
            checkRunning(tree);
            return uninstall(tree);
        });
    }

    private void checkRunning(Path tree) throws IOException {
        State state = Session.reading(surroundings, tree, output).store().load().state();
        if (!force && !state.isEmpty()) {
            Path prefix = new PrefixArgument().or(RecordedArguments.prefix(state));
            RunningVms.refuse(surroundings.host(tree), new Layout(prefix), "NoFear would be gone under them");
        }
    }

    private int uninstall(Path tree) throws IOException {
        boolean cached = Files.isDirectory(surroundings.host(tree).path(CACHE));
        Session session =
                cached ? Session.writing(surroundings, tree, output) : Session.reading(surroundings, tree, output);
        Outcome outcome = new Uninstaller(
                        session.target(), session.store(), session.progress(), surroundings.interrupt())
                .uninstall();
        if (cached) {
            session.progress().note("kept " + CACHE + ": builds and logs, for another install; remove it at will");
        }
        session.report().outcome(outcome);
        return (outcome.failed().isEmpty() ? ExitCode.OK : ExitCode.FAILED).number();
    }
}
