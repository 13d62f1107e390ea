package org.nofear.contract;

/** The link between a guest and its tap, on which there is no ARP. nofear-tap (tap.h) knows the same. */
public final class GuestLink {

    public static final String GUEST_MAC = "02:15:15:15:15:15";

    public static final String GATEWAY_MAC = "02:15:15:15:15:01";

    private GuestLink() {}
}
