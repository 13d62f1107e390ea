package org.nofear.launch;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code nofear stop}: ends a VM; its disk is left clean. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        synopsisHeading = "Example: nofear stop default%nUsage: ",
        description = "End a profile's VM.")
final class StopCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Parameters(paramLabel = "NAME", description = "The profile.")
    private String name = "";

    @Override
    public Integer call() {
        ProfileName profile = new ProfileName(name);
        RunningVms.Vm vm = new RunningVms(main.caller().runDirectory())
                .of(profile)
                .orElseThrow(() -> new LaunchError(1, "no VM of profile " + profile + " runs"));
        // The monitor ends its VM in order when it is told to terminate.
        ProcessHandle.of(vm.pid()).ifPresent(ProcessHandle::destroy);
        return 0;
    }
}
