package org.nofear.templates;

import org.nofear.contract.GuestSubnet;

/**
 * A zone of firewalld: it lets the guests' packets through, and their way to the host itself is closed.
 *
 * @param subnet of all guests
 */
public record FirewalldZone(GuestSubnet subnet) implements Document {

    @Override
    public String template() {
        return "firewalld-zone.xml.ftl";
    }
}
