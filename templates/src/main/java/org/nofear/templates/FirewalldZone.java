package org.nofear.templates;

/**
 * A zone of firewalld: it lets the guests' packets through, and their way to the host itself is closed.
 *
 * @param subnet of all guests
 */
public record FirewalldZone(Cidr subnet) implements Document {

    @Override
    public String template() {
        return "firewalld-zone.xml.ftl";
    }
}
