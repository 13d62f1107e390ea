package org.nofear.setup.cli;

import java.util.concurrent.Callable;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;
import picocli.CommandLine.Command;

/** {@code nofear-setup}. */
@Command(
        name = "nofear-setup",
        synopsisHeading = "Example: sudo nofear-setup install%nUsage: ",
        customSynopsis = "nofear-setup COMMAND [OPTION...]",
        commandListHeading = "%nCommands (COMMAND --help tells more):%n",
        description = "Sets a machine up to run programs in VMs with nofear, and takes that back.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done, or nothing to do",
            "1:failed and taken back, a check fails, or something differs",
            "2:wrong usage",
            "65:state from a newer version, or damaged beyond recovery",
            "75:another nofear-setup is running",
            "77:needs root, or a path is unsafe",
            "130:interrupted (143: terminated), and taken back or resumable"
        })
final class SetupCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new UserError(ExitCode.USAGE, "which command? install, plan, uninstall, doctor or verify", "see --help");
    }
}
