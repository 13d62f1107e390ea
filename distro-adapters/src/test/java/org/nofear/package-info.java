@NullMarked
package org.nofear;

import org.jspecify.annotations.NullMarked;
