/** The guest image: a reproducible initramfs. */
@NullMarked
package org.nofear.image;

import org.jspecify.annotations.NullMarked;
