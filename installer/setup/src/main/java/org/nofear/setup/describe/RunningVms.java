package org.nofear.setup.describe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.NetworkMode;
import org.nofear.facts.RunningVm;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.UserError;

/** VMs that run have what an installation is about to take away: nobody does that to them unasked. */
public final class RunningVms {

    private RunningVms() {}

    /**
     * Refuses to go on under VMs that run.
     *
     * @param layout of the installation
     * @param why what they would lose
     * @throws UserError (1) naming them
     */
    public static void refuse(Host host, Layout layout, String why) {
        List<RunningVm> running = RunningVm.detect(host, layout.launcher());
        if (!running.isEmpty()) {
            throw new UserError(
                    ExitCode.FAILED,
                    (running.size() == 1 ? "a VM runs, and " : running.size() + " VMs run, and ") + why + ": "
                            + running.stream().map(RunningVm::toString).collect(Collectors.joining(", ")),
                    "end them (\"nofear stop NAME\", as their users), or add --force");
        }
    }

    /** Where install would give guests another subnet, or no interface of their own any more. */
    static void keepTheirNetwork(Host host, Layout layout, NetworkChoice network) {
        Optional<ConfigFile> installed = host.read(layout.launchConfig()).map(ConfigFile::parse);
        boolean routed = installed
                .flatMap(file -> file.get(ConfigKey.NETWORK))
                .flatMap(NetworkMode::of)
                .filter(mode -> mode == NetworkMode.TAP)
                .isPresent();
        boolean same = network.routed()
                && installed
                        .flatMap(file -> file.get(ConfigKey.SUBNET))
                        .filter(network.subnet().toString()::equals)
                        .isPresent();
        if (routed && !same) {
            refuse(host, layout, "this changes the network that is theirs");
        }
    }
}
