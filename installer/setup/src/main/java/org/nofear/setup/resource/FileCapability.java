package org.nofear.setup.resource;

/**
 * A capability on a file that is not ours (a distribution's lkvm). Files of ours carry theirs in {@link BuiltFile}.
 *
 * @param path absolute path on the host of a regular file
 */
public record FileCapability(String path, Capability capability, String reason) implements Resource {}
