package org.nofear.setup.resource;

/**
 * A system group.
 *
 * @param name as /etc/group has it
 */
public record GroupResource(String name, String reason) implements Resource {}
