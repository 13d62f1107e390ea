package org.nofear.setup.resource;

/**
 * The live value of a kernel parameter. What keeps it over reboots is a {@link FileResource} in /etc/sysctl.d.
 *
 * @param name with dots, {@code net.ipv4.ip_forward}
 */
public record Sysctl(String name, String value, String reason) implements Resource {}
