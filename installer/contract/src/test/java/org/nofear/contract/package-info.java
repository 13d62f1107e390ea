@org.jspecify.annotations.NullUnmarked
package org.nofear.contract;
