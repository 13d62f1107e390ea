package org.nofear.templates;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nofear.contract.GuestSubnet;

/** One document of each kind, with ordinary values, by the name of its golden file. */
final class Documents {

    static final GuestSubnet SUBNET = GuestSubnet.DEFAULT;
    static final Path LIBRARY = Path.of("/usr/local/lib/nofear");
    static final Path SCRIPT = LIBRARY.resolve("nofear-net");

    private Documents() {}

    static Map<String, Document> all() {
        Map<String, Document> all = new LinkedHashMap<>();
        all.put("sysctl.conf", SysctlConf.forwarding());
        all.put("nofear.nft", new NftTable(SUBNET, false));
        all.put("router.nft", new NftTable(SUBNET, true));
        all.put("nft.sh", script(Optional.of(Path.of("/usr/sbin/nft")), false));
        all.put("iptables.sh", script(Optional.empty(), false));
        all.put("router-iptables.sh", script(Optional.empty(), true));
        all.put("nofear-net.service", new NetworkUnit(SCRIPT, false));
        all.put("nofear-net-iptables.service", new NetworkUnit(SCRIPT, true));
        all.put("nofear-net.drop-in", new NetworkDropIn(SCRIPT));
        all.put("nofear-net.openrc", new NetworkOpenRc(SCRIPT));
        all.put("runit-run", new NetworkRunit(SCRIPT, NetworkRunit.Part.RUN));
        all.put("runit-finish", new NetworkRunit(SCRIPT, NetworkRunit.Part.FINISH));
        all.put("networkmanager.conf", new NetworkManagerConf());
        all.put("nofear.network", new NetworkdConf());
        all.put("firewalld-zone.xml", new FirewalldZone(SUBNET));
        all.put("modules-load.conf", new ModulesLoadConf(List.of("kvm", "tun")));
        all.put("apparmor", profile(LIBRARY, true));
        all.put("apparmor-without-landlock", profile(LIBRARY, false));
        all.put("launch.conf", launch(LIBRARY));
        all.put("vmm.conf", new VmmConf("qemu-tcg"));
        all.put("xpra.conf", new XpraConf(List.of(new Setting("mmap", "no"), new Setting("speaker", "disabled"))));
        all.put(
                "gui.conf",
                new GuiConf(
                        "/usr/bin/xpra", "3.1.3", "Xvfb -nolisten tcp", List.of("--mmap=no"), List.of("--daemon=no")));
        GuestEtcFile.all().forEach(file -> all.put("guest-etc-" + file.name().replace('/', '-'), file));
        return all;
    }

    static NetworkScript script(Optional<Path> nft, boolean othersForwarded) {
        return new NetworkScript(
                Path.of("/usr/sbin/ip"),
                nft,
                List.of(Path.of("/usr/sbin/iptables"), Path.of("/usr/sbin/iptables-legacy")),
                List.of(Path.of("/usr/sbin/ip6tables"), Path.of("/usr/sbin/ip6tables-legacy")),
                LIBRARY.resolve("nofear.nft"),
                SUBNET,
                othersForwarded);
    }

    static AppArmorProfile profile(Path library, boolean landlock) {
        return new AppArmorProfile(
                library.resolve("lkvm"), library, List.of(Path.of("/usr"), Path.of("/opt")), landlock, true);
    }

    static LaunchConf launch(Path library) {
        return new LaunchConf(
                Optional.of(library.resolve("lkvm")),
                Optional.of(Path.of("/usr/bin/qemu-system-x86_64")),
                library.resolve("bzImage"),
                library.resolve("guest.cpio"),
                Path.of("/usr/sbin/mke2fs"),
                "tap",
                "nft",
                false,
                SUBNET,
                "");
    }
}
