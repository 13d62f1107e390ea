/** {@code nofear-setup doctor}: checks that look at the host and change nothing. */
@NullMarked
package org.nofear.setup.doctor;

import org.jspecify.annotations.NullMarked;
