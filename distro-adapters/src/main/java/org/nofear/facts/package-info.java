/** What NoFear knows of a host, probed and read-only: a pure parser and a thin reader for each fact. */
@NullMarked
package org.nofear.facts;

import org.jspecify.annotations.NullMarked;
