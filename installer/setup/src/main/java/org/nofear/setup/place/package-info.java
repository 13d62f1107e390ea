/** The places of the host that setup changes: each can be looked at, and have a snapshot put there. */
@NullMarked
package org.nofear.setup.place;

import org.jspecify.annotations.NullMarked;
