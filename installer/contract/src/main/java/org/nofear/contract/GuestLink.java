package org.nofear.contract;

/** The link between a guest and its tap, on which there is no ARP. The C programs (slot.h, tap.h) know the same. */
public final class GuestLink {

    /** Of the taps' names; the number of the slot comes behind it. */
    public static final String TAP_PREFIX = "nofear";

    /** Of every guest's interface. */
    public static final String GUEST_MAC = "02:15:15:15:15:15";

    /** What every guest sends to. */
    public static final String GATEWAY_MAC = "02:15:15:15:15:01";

    private GuestLink() {}
}
