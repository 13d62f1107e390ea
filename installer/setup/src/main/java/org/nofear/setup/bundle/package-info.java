/** What a bug report needs, without what names a person, a machine or a network. */
@NullMarked
package org.nofear.setup.bundle;

import org.jspecify.annotations.NullMarked;
