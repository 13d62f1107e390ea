/** What setup and launcher must both know, once: setup describes and checks by it, the launcher acts by it. */
@org.jspecify.annotations.NullMarked
package org.nofear.contract;
