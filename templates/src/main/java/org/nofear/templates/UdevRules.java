package org.nofear.templates;

/**
 * udev's rules: who may use /dev/vhost-vsock.
 *
 * @param group whose members may
 */
public record UdevRules(GroupName group) implements Document {

    @Override
    public String template() {
        return "nofear.rules.ftl";
    }
}
