package org.nofear.setup.doctor;

import java.nio.file.Path;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;

/** The options that install was last run with. */
public final class InstalledOptions {

    private InstalledOptions() {}

    /**
     * Reads them; install's defaults where none are recorded.
     *
     * @param prefix where NoFear is installed
     */
    public static InstallOptions read(Host host, Path prefix) {
        InstallOptions usual = InstallOptions.defaults(host.root());
        return new InstallOptions(
                usual.root(),
                usual.vmm(),
                usual.lkvm(),
                usual.kvmtoolSource(),
                usual.kernel(),
                usual.kernelSource(),
                usual.network(),
                usual.users(),
                prefix,
                usual.jobs(),
                usual.yes(),
                usual.dryRun());
    }
}
