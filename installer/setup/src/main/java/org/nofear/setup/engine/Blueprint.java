package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.place.Target;

/** Describes an installation: which stages bring this host to what the options ask for. It changes nothing. */
public interface Blueprint {

    /**
     * The stages, in order.
     *
     * @param target the machine or the tree that is to be changed; it is only looked at
     * @param before what was there before NoFear, which counts, where install has changed it
     * @param progress told, in a few lines, what was found on the host
     * @throws IOException when the host cannot be looked at
     * @throws org.nofear.setup.UserError when the options cannot be had on this host
     */
    List<Stage> stages(Target target, Before before, InstallOptions options, Progress progress) throws IOException;
}
