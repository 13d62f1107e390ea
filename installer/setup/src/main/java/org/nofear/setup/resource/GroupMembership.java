package org.nofear.setup.resource;

/** A user's membership of a group. A later install that doesn't name the user leaves it; uninstall takes it back. */
public record GroupMembership(String group, String user, String reason) implements Resource {}
