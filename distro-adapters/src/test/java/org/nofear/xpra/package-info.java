@NullMarked
package org.nofear.xpra;

import org.jspecify.annotations.NullMarked;
