/** The templates of all generated files, and their rendering. */
@NullMarked
package org.nofear.templates;

import org.jspecify.annotations.NullMarked;
