/** The launcher: from the options of nofear run to a launch plan. */
@NullMarked
package org.nofear.launch;

import org.jspecify.annotations.NullMarked;
