package org.nofear.templates;

import org.nofear.contract.GuestLink;

/**
 * A file of /etc/systemd/network: the taps are left alone.
 */
public record NetworkdConf() implements Document {

    /** What the interfaces of guests begin with. */
    public String taps() {
        return GuestLink.TAP_PREFIX;
    }

    @Override
    public String template() {
        return "nofear.network.ftl";
    }
}
