package org.nofear.contract;

/**
 * A network interface of the host for one VM, and the addresses on it.
 *
 * @param tap its name, {@code nofear12}
 * @param host the host's address on it, {@code 10.177.33.49}
 * @param guest the guest's address
 */
public record GuestSlot(String tap, String host, String guest) {}
