/** Compares what is wanted with what is there, and brings the one to the other. */
@NullMarked
package org.nofear.setup.engine;

import org.jspecify.annotations.NullMarked;
