package org.nofear.setup.describe;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.facts.HostFacts;
import org.nofear.facts.InitSystem;
import org.nofear.host.Host;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.FirewallTable;
import org.nofear.setup.resource.NetworkService;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.resource.ServiceUnit;
import org.nofear.setup.resource.SymlinkResource;
import org.nofear.setup.resource.Sysctl;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Digests;
import org.nofear.templates.FirewalldZone;
import org.nofear.templates.GroupName;
import org.nofear.templates.InterfacePrefix;
import org.nofear.templates.NetworkManagerConf;
import org.nofear.templates.NetworkOpenRc;
import org.nofear.templates.NetworkRunit;
import org.nofear.templates.NetworkScript;
import org.nofear.templates.NetworkUnit;
import org.nofear.templates.NetworkdConf;
import org.nofear.templates.NftTable;
import org.nofear.templates.SysctlConf;
import org.nofear.templates.Tap;
import org.nofear.templates.TemplateRenderer;

/** The host's side of the guests' network: forwarding, the firewall's rules, taps, and what brings them back at boot. */
final class NetworkStage implements Stage {

    /** VMs that may run at once with a tap of the pool. */
    private static final int POOL = 16;

    /** The same for those that reach the Internet alone. */
    private static final int POOL_INTERNET_ONLY = 8;

    private static final String SYSCTL = "/etc/sysctl.d/60-nofear.conf";
    private static final String FORWARDING = "guests' packets are forwarded";
    private static final String BOOT = "sets the guests' network up at boot";

    private final Host host;
    private final HostFacts facts;
    private final Layout layout;
    private final Choices choices;
    private final TemplateRenderer renderer;

    NetworkStage(Host host, HostFacts facts, Layout layout, Choices choices, TemplateRenderer renderer) {
        this.host = host;
        this.facts = facts;
        this.layout = layout;
        this.choices = choices;
        this.renderer = renderer;
    }

    @Override
    public List<Resource> resources() {
        if (!choices.network().routed()) {
            return List.of();
        }
        List<Resource> resources = new ArrayList<>();
        resources.add(FileResource.text(SYSCTL, renderer.render(SysctlConf.forwarding()), FORWARDING));
        resources.add(new Sysctl("net.ipv4.ip_forward", "1", FORWARDING));
        Optional<Path> nft =
                tool("nft", "/usr/sbin/nft", facts.firewall().iptables().name().equals("ABSENT"));
        String table = renderer.render(new NftTable(choices.subnet(), InterfacePrefix.DEFAULT));
        String script = renderer.render(script(nft));
        if (nft.isPresent()) {
            resources.add(
                    FileResource.text(layout.firewallRules(), table, "guests get out, and nothing is open to them"));
        }
        resources.add(program(layout.networkScript(), script, "sets the guests' network up"));
        othersKeepOff(resources);
        String trigger = Digests.sha256((script + table).getBytes(StandardCharsets.UTF_8));
        atBoot(resources, trigger);
        resources.add(new NetworkService(layout.networkScript(), trigger, "the guests' network, now"));
        if (nft.isPresent()) {
            resources.add(new FirewallTable(
                    NftTable.FAMILY, NftTable.NAME, body(table), "guests get out, and nothing is open to them, now"));
        }
        return resources;
    }

    private boolean pool() {
        return choices.network() == Choices.GuestNetwork.TAP_POOL;
    }

    /** A tool of the host; one that is still to be installed is at its usual place. */
    private Optional<Path> tool(String name, String usual, boolean needed) {
        return host.program(name)
                .or(() -> Optional.of(usual).filter(path -> needed))
                .map(Path::of);
    }

    private NetworkScript script(Optional<Path> nft) {
        return new NetworkScript(
                tool("ip", "/usr/sbin/ip", true).orElseThrow(),
                nft,
                Stream.of("iptables", "iptables-legacy")
                        .flatMap(name -> host.program(name).stream())
                        .map(Path::of)
                        .toList(),
                Path.of(layout.firewallRules()),
                choices.subnet(),
                pool() ? Tap.pool(InterfacePrefix.DEFAULT, choices.subnet(), POOL, POOL_INTERNET_ONLY) : List.of(),
                InterfacePrefix.DEFAULT,
                GroupName.NOFEAR);
    }

    /** The table alone, without the lines that load it over an older one. */
    private static String body(String table) {
        return table.substring(table.indexOf("table " + NftTable.FAMILY + " " + NftTable.NAME + " {"));
    }

    private static FileResource program(String path, String text, String reason) {
        return new FileResource(path, Content.of(text), Permissions.PROGRAM, reason);
    }

    /** Those who configure or filter every interface that they see leave the taps alone; only where they are installed. */
    private void othersKeepOff(List<Resource> resources) {
        if (host.exists("/etc/NetworkManager")) {
            resources.add(FileResource.text(
                    "/etc/NetworkManager/conf.d/60-nofear.conf",
                    renderer.render(new NetworkManagerConf(InterfacePrefix.DEFAULT)),
                    "NetworkManager leaves the taps alone"));
        }
        if (host.exists("/etc/systemd/network")) {
            resources.add(FileResource.text(
                    "/etc/systemd/network/60-nofear.network",
                    renderer.render(new NetworkdConf(InterfacePrefix.DEFAULT)),
                    "systemd-networkd leaves the taps alone"));
        }
        if (host.exists("/etc/firewalld")) {
            resources.add(FileResource.text(
                    "/etc/firewalld/zones/nofear.xml",
                    renderer.render(new FirewalldZone(choices.subnet())),
                    "firewalld lets guests through"));
        }
    }

    private void atBoot(List<Resource> resources, String trigger) {
        Path script = Path.of(layout.networkScript());
        InitSystem init = facts.init();
        if (init == InitSystem.SYSTEMD_RUNNING || init == InitSystem.SYSTEMD_INSTALLED) {
            String file = "/etc/systemd/system/" + NetworkUnit.NAME;
            resources.add(FileResource.text(file, renderer.render(new NetworkUnit(script)), BOOT));
            resources.add(new ServiceUnit(NetworkUnit.NAME, file, NetworkUnit.WANTED_BY, trigger, BOOT));
        } else if (init == InitSystem.OPENRC) {
            resources.add(program("/etc/init.d/nofear-net", renderer.render(new NetworkOpenRc(script)), BOOT));
            resources.add(new SymlinkResource("/etc/runlevels/default/nofear-net", "/etc/init.d/nofear-net", BOOT));
        } else if (init == InitSystem.RUNIT) {
            for (NetworkRunit.Part part : NetworkRunit.Part.values()) {
                NetworkRunit file = new NetworkRunit(script, part);
                resources.add(program("/etc/sv/nofear-net/" + file.name(), renderer.render(file), BOOT));
            }
            resources.add(new SymlinkResource("/etc/runit/runsvdir/default/nofear-net", "/etc/sv/nofear-net", BOOT));
        }
    }
}
