package org.nofear.setup.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nofear-setup plan}: {@code install --dry-run}. */
@Command(
        name = "plan",
        synopsisHeading = "Example: nofear-setup plan --vmm qemu%nUsage: ",
        customSynopsis = "nofear-setup plan [OPTION...]",
        description = "Shows every change that install would make, in order; changes nothing.")
final class PlanCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private InstallArguments arguments = new InstallArguments();

    @Mixin
    private OutputArguments output = new OutputArguments();

    PlanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        return InstallCommand.plan(surroundings, arguments.options(surroundings, true), output);
    }
}
