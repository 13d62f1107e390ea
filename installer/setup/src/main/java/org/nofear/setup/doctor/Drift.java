package org.nofear.setup.doctor;

import java.io.IOException;
import org.nofear.setup.engine.Plan;

/** What has become of an installation. */
public interface Drift {

    /**
     * How it differs from what install would make it now.
     *
     * @param interrupted whether a run was cut short, and its rest is still to be done
     * @param recorded how many places install has recorded
     */
    record Difference(Plan plan, boolean interrupted, int recorded) {}

    /**
     * Compares; changes nothing.
     *
     * @throws IOException when the host or the state cannot be looked at
     * @throws org.nofear.setup.UserError when the state is damaged, or something is in the way
     */
    Difference look() throws IOException;
}
