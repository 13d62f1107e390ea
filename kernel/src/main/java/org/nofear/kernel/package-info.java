/** The guest kernel: configuration fragments, source, build, check. */
@NullMarked
package org.nofear.kernel;

import org.jspecify.annotations.NullMarked;
