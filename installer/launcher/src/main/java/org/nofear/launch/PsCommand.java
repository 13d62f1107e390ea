package org.nofear.launch;

import java.util.concurrent.Callable;
import org.nofear.image.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code nofear ps}: the caller's VMs. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        synopsisHeading = "Example: nofear ps%nUsage: ",
        description = "List the VMs that run: profile, VMM, process, and why.")
final class PsCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public Integer call() {
        new RunningVms(main.caller().runDirectory())
                .list()
                .forEach(vm -> spec.commandLine()
                        .getOut()
                        .println(String.join(
                                "\t",
                                Printable.of(vm.profile()),
                                Printable.of(vm.vmm()),
                                Long.toString(vm.pid()),
                                Printable.of(vm.reason()))));
        return 0;
    }
}
