package org.nofear.setup.resource;

/**
 * A symbolic link.
 *
 * @param path absolute path on the host
 * @param target as it is written in the link; need not exist
 */
public record SymlinkResource(String path, String target, String reason) implements Resource {}
