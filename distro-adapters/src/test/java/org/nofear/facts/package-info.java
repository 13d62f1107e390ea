@NullMarked
package org.nofear.facts;

import org.jspecify.annotations.NullMarked;
