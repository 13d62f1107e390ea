/** What only a distribution's name can tell: package names, advice, known defects. All that can be probed is in {@code facts}. */
@NullMarked
package org.nofear.distro;

import org.jspecify.annotations.NullMarked;
