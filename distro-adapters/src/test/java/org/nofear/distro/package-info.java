@NullMarked
package org.nofear.distro;

import org.jspecify.annotations.NullMarked;
