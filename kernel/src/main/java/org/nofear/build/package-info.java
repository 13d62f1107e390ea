/** Building from source: a cache by content, the host's compiler, C programs. */
@NullMarked
package org.nofear.build;

import org.jspecify.annotations.NullMarked;
