/** The only code of setup that writes files: never through a symbolic link, never below a directory that others can write. */
@NullMarked
package org.nofear.setup.files;

import org.jspecify.annotations.NullMarked;
