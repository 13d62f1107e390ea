package org.nofear.templates;

/**
 * A file of /etc/NetworkManager/conf.d: the taps are left alone.
 *
 * @param taps what they are called
 */
public record NetworkManagerConf(InterfacePrefix taps) implements Document {

    @Override
    public String template() {
        return "networkmanager.conf.ftl";
    }
}
