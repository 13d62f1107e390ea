/** What install wants on the host: one record a kind of thing, pure data. */
@NullMarked
package org.nofear.setup.resource;

import org.jspecify.annotations.NullMarked;
