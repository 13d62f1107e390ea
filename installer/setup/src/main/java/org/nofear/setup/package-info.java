/** nofear-setup: brings the host to the described state, and back. */
@NullMarked
package org.nofear.setup;

import org.jspecify.annotations.NullMarked;
