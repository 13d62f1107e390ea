package org.nofear.setup.engine;

import java.io.IOException;
import java.util.List;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.journal.State;
import org.nofear.setup.place.Target;

/** Describes an installation: which stages bring this host to what the options ask for. It changes nothing. */
public interface Blueprint {

    /**
     * The stages, in order.
     *
     * @param target the machine or the tree that is to be changed; it is only looked at
     * @param state what install has changed so far: what was there before counts, not what it made of it
     * @param progress told, in a few lines, what was found on the host
     * @throws IOException when the host cannot be looked at
     * @throws org.nofear.setup.UserError when the options cannot be had on this host
     */
    List<Stage> stages(Target target, State state, InstallOptions options, Progress progress) throws IOException;
}
