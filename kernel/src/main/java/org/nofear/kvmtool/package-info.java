/** kvmtool, the VMM: built from a given source, since few distributions have it. */
@NullMarked
package org.nofear.kvmtool;

import org.jspecify.annotations.NullMarked;
