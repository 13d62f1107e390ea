package org.nofear.setup.engine;

/**
 * Something of others that is left as it is.
 *
 * @param what its path or name
 * @param why in a few words
 */
public record Kept(String what, String why) {}
