package org.nofear.templates;

import org.nofear.contract.GuestLink;

/**
 * A file of /etc/NetworkManager/conf.d: the taps are left alone.
 */
public record NetworkManagerConf() implements Document {

    /** What the interfaces of guests begin with. */
    public String taps() {
        return GuestLink.TAP_PREFIX;
    }

    @Override
    public String template() {
        return "networkmanager.conf.ftl";
    }
}
