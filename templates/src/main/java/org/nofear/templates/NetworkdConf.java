package org.nofear.templates;

/**
 * A file of /etc/systemd/network: the taps are left alone.
 *
 * @param taps what they are called
 */
public record NetworkdConf(InterfacePrefix taps) implements Document {

    @Override
    public String template() {
        return "nofear.network.ftl";
    }
}
