@NullMarked
package org.nofear.host;

import org.jspecify.annotations.NullMarked;
