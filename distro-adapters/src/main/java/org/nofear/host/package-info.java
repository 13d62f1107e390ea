/** The host as NoFear sees it: a root path, a command runner and a few system calls. */
@NullMarked
package org.nofear.host;

import org.jspecify.annotations.NullMarked;
