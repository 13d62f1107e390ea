/** What was found, or is to be put, at one place of the host. */
@NullMarked
package org.nofear.setup.snapshot;

import org.jspecify.annotations.NullMarked;
