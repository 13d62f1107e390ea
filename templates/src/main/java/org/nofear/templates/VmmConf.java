package org.nofear.templates;

/**
 * What the boot test found: PREFIX/lib/nofear/vmm.conf, written last.
 *
 * @param kind {@code lkvm}, {@code qemu-kvm} or {@code qemu-tcg}
 */
public record VmmConf(String kind) implements Document {

    @Override
    public String template() {
        return "vmm.conf.ftl";
    }
}
