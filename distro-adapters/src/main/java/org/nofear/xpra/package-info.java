/** Xpra: its version, and what each version accepts, as data. */
@NullMarked
package org.nofear.xpra;

import org.jspecify.annotations.NullMarked;
