package org.nofear.setup.journal;

import org.nofear.setup.snapshot.Snapshot;

/**
 * A change that a run was about to make.
 *
 * @param place its id
 * @param before what was there
 * @param after the mark of what was to be put there
 */
record Intent(String place, Snapshot before, String after) {}
