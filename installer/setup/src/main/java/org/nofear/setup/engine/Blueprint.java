package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;

/** Describes an installation: which stages bring this host to what the options ask for. It changes nothing. */
public interface Blueprint {

    /**
     * The stages, in order.
     *
     * @param progress told, in a few lines, what was found on the host
     * @throws IOException when the host cannot be looked at
     * @throws org.nofear.setup.UserError when the options cannot be had on this host
     */
    List<Stage> stages(Host host, InstallOptions options, Progress progress) throws IOException;
}
