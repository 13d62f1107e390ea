package org.nofear.distro;

import java.util.List;
import java.util.Set;
import org.nofear.host.Host;

/** NixOS: /etc is generated, programs live in /nix/store; nothing is installed behind the configuration's back. */
final class NixOsAdapter implements DistroAdapter {

    private static final int WITHOUT_XORG_SET = 26;

    @Override
    public Family family() {
        return Family.NIXOS;
    }

    @Override
    public Set<String> ids() {
        return Set.of("nixos");
    }

    @Override
    public boolean recognises(Host host) {
        return host.exists("/nix/store") && (host.exists("/etc/NIXOS") || host.exists("/run/current-system"));
    }

    @Override
    public PackageManager packageManager() {
        return PackageManager.NONE;
    }

    @Override
    public Supply supply(PackageNeed need, OsRelease release) {
        if (need == PackageNeed.KERNEL_SOURCE) {
            return new Supply.Elsewhere("nix-build '<nixpkgs>' -A linux.src prints the path of a kernel's source: "
                    + "give it with --kernel-source.");
        }
        return new Supply.Elsewhere("Add to /etc/nixos/configuration.nix: environment.systemPackages = with pkgs; [ "
                + attributes(need, release) + " ]; then: nixos-rebuild switch");
    }

    /** The attributes of nixpkgs that meet a need; the set xorg is no more from 26.05 on. */
    private static String attributes(PackageNeed need, OsRelease release) {
        return switch (need) {
            case JRE -> "jre_headless";
            case JDK -> "jdk_headless";
            case MAVEN -> "maven";
            case XPRA -> "xpra";
            case XVFB ->
                release.majorVersion().orElse(WITHOUT_XORG_SET) < WITHOUT_XORG_SET ? "xorg.xorgserver" : "xorg-server";
            case QEMU -> "qemu_kvm";
            case MKE2FS -> "e2fsprogs";
            case SETCAP -> "libcap";
            case NFT -> "nftables";
            case IPTABLES -> "iptables";
            case IPROUTE -> "iproute2";
            case BUSYBOX_STATIC -> "pkgsStatic.busybox";
            case KERNEL_BUILD, KERNEL_SOURCE, C_COMPILER -> "gcc gnumake flex bison bc elfutils openssl perl xz lz4";
            case STATIC_LIBC -> "glibc.static";
            case PULSEAUDIO -> "pulseaudio";
            case GIT -> "git";
            case XZ -> "xz";
        };
    }

    @Override
    public List<String> kernelSources() {
        return List.of();
    }

    @Override
    public String addToGroup(String user, String group) {
        return "add to /etc/nixos/configuration.nix: users.users." + user + ".extraGroups = [ \"" + group
                + "\" ]; then: nixos-rebuild switch";
    }

    @Override
    public List<KnownDefect> defects(OsRelease release) {
        return List.of(new KnownDefect(
                "install.drift",
                "/etc is generated from the configuration; files put there by others may be lost at a rebuild.",
                "Set boot.kernel.sysctl and networking.nftables in configuration.nix to keep NoFear's network."));
    }
}
