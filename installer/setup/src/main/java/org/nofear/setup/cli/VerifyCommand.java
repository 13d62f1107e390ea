package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Verification;
import org.nofear.setup.journal.StateStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nofear-setup verify}. */
@Command(
        name = "verify",
        synopsisHeading = "Example: sudo nofear-setup verify%nUsage: ",
        customSynopsis = "nofear-setup verify [OPTION...]",
        description =
                "Lists what differs from what install made, a line each; status 1 where anything does. Changes nothing.")
final class VerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private RootArgument root = new RootArgument();

    @Mixin
    private OutputArguments output = new OutputArguments();

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Path tree = root.root();
        Session session = Session.reading(surroundings, tree, output);
        StateStore.Loaded loaded = session.store().load();
        loaded.notices().forEach(session.progress()::warn);
        if (loaded.state().isEmpty()) {
            throw new UserError(ExitCode.FAILED, "nothing is installed here", "sudo nofear-setup install");
        }
        loaded.interrupted()
                .ifPresent(
                        command -> session.progress().warn(command + " was cut short: sudo nofear-setup doctor --fix"));
        Verification.Result result = new Verification(session.target(), loaded.state()).look();
        session.report().verification(result);
        return (result.differences().isEmpty() && loaded.interrupted().isEmpty() ? ExitCode.OK : ExitCode.FAILED)
                .number();
    }
}
