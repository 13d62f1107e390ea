/** What install wants on a host: a function of what was found, what was asked for and what was built. */
@NullMarked
package org.nofear.setup.describe;

import org.jspecify.annotations.NullMarked;
