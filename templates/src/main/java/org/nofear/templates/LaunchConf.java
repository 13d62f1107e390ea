package org.nofear.templates;

import java.nio.file.Path;
import java.util.Optional;
import org.nofear.contract.GuestSubnet;

/**
 * What install tells the launcher: PREFIX/lib/nofear/launch.conf.
 *
 * @param lkvm the program, where there is one
 * @param qemu the program, where there is one
 * @param kernel the guest's
 * @param initrd the guest's image
 * @param mke2fs makes a profile's disk
 * @param network {@code tap}, {@code user} or {@code none}
 * @param firewall who says what guests reach: {@code nft} or {@code iptables}
 * @param othersForwarded see {@link NftTable}
 * @param subnet of all guests
 * @param kernelAppend more words for the guest's kernel, separated by spaces
 */
public record LaunchConf(
        Optional<Path> lkvm,
        Optional<Path> qemu,
        Path kernel,
        Path initrd,
        Path mke2fs,
        String network,
        String firewall,
        boolean othersForwarded,
        GuestSubnet subnet,
        String kernelAppend)
        implements Document {

    @Override
    public String template() {
        return "launch.conf.ftl";
    }
}
