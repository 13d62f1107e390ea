/** The command line of nofear-setup. */
@NullMarked
package org.nofear.setup.cli;

import org.jspecify.annotations.NullMarked;
