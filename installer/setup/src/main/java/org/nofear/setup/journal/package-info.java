/** What must be known to take everything back: the state, and the journal of a run under way. */
@NullMarked
package org.nofear.setup.journal;

import org.jspecify.annotations.NullMarked;
