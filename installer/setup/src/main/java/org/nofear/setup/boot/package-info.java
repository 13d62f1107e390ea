/** The boot test: which VMM really runs the guest on this machine. */
@NullMarked
package org.nofear.setup.boot;

import org.jspecify.annotations.NullMarked;
