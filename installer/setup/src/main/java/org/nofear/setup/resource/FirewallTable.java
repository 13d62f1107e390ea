package org.nofear.setup.resource;

/**
 * An nftables table of our own, loaded in one transaction; what keeps it over reboots is a unit.
 *
 * @param family {@code inet}, {@code ip}, ...
 * @param name of the table
 * @param text the whole of {@code table FAMILY NAME { ... }}, without the lines that delete an older one
 */
public record FirewallTable(String family, String name, String text, String reason) implements Resource {}
