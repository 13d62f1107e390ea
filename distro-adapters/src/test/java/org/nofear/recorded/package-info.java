/** Recorded hosts: small trees and programs' outputs, laid out in a temporary directory. */
@NullMarked
package org.nofear.recorded;

import org.jspecify.annotations.NullMarked;
