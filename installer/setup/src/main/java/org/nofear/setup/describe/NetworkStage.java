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
import org.nofear.templates.NetworkDropIn;
import org.nofear.templates.NetworkManagerConf;
import org.nofear.templates.NetworkOpenRc;
import org.nofear.templates.NetworkRunit;
import org.nofear.templates.NetworkScript;
import org.nofear.templates.NetworkUnit;
import org.nofear.templates.NetworkdConf;
import org.nofear.templates.NftTable;
import org.nofear.templates.SysctlConf;
import org.nofear.templates.TemplateRenderer;

/** The host's side of the guests' network: forwarding, the firewall's rules, and what brings them back at boot. */
final class NetworkStage implements Stage {

    static final String SYSCTL = "/etc/sysctl.d/60-nofear.conf";
    private static final String FORWARDING = "guests' packets are forwarded";
    private static final List<String> UNITS = List.of("/usr/lib/systemd/system/", "/lib/systemd/system/");
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
        Optional<Path> nft = choices.network().nft() ? Optional.of(tool("nft", "/usr/sbin/nft")) : Optional.empty();
        String table = renderer.render(
                new NftTable(choices.network().subnet(), choices.network().othersForwarded()));
        String script = renderer.render(script(nft));
        if (nft.isPresent()) {
            resources.add(
                    FileResource.text(layout.firewallRules(), table, "guests get out, and nothing is open to them"));
        }
        resources.add(program(layout.networkScript(), script, "sets the guests' network up"));
        othersKeepOff(resources);
        String trigger = Digests.sha256((script + table).getBytes(StandardCharsets.UTF_8));
        atBoot(resources, trigger, nft.isPresent());
        resources.add(new NetworkService(layout.networkScript(), trigger, "the guests' network, now"));
        if (nft.isPresent()) {
            resources.add(new FirewallTable(
                    NftTable.FAMILY,
                    NftTable.NAME,
                    body(table),
                    Optional.of(layout.networkScript()),
                    "guests get out, and nothing is open to them, now"));
        }
        return resources;
    }

    /** A tool of the host; one that is still to be installed is at its usual place. */
    private Path tool(String name, String usual) {
        return Path.of(host.program(name).orElse(usual));
    }

    private List<Path> tools(String... names) {
        return Stream.of(names)
                .flatMap(name -> host.program(name).stream())
                .map(Path::of)
                .toList();
    }

    private NetworkScript script(Optional<Path> nft) {
        return new NetworkScript(
                tool("ip", "/usr/sbin/ip"),
                nft,
                tools("iptables", "iptables-legacy"),
                tools("ip6tables", "ip6tables-legacy"),
                Path.of(layout.firewallRules()),
                choices.network().subnet(),
                choices.network().othersForwarded());
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
                    renderer.render(new NetworkManagerConf()),
                    "NetworkManager leaves the taps alone"));
        }
        if (host.exists("/etc/systemd/network")) {
            resources.add(FileResource.text(
                    "/etc/systemd/network/60-nofear.network",
                    renderer.render(new NetworkdConf()),
                    "systemd-networkd leaves the taps alone"));
        }
        if (host.exists("/etc/firewalld")) {
            resources.add(FileResource.text(
                    "/etc/firewalld/zones/nofear.xml",
                    renderer.render(new FirewalldZone(choices.network().subnet())),
                    "firewalld lets guests through"));
        }
    }

    private void atBoot(List<Resource> resources, String trigger, boolean nft) {
        Path script = Path.of(layout.networkScript());
        InitSystem init = facts.init();
        if (init == InitSystem.SYSTEMD_RUNNING || init == InitSystem.SYSTEMD_INSTALLED) {
            String file = "/etc/systemd/system/" + NetworkUnit.NAME;
            resources.add(FileResource.text(file, renderer.render(new NetworkUnit(script, !nft)), BOOT));
            afterOthers(resources, script, nft);
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

    /** Units that flush all rules, or put their own before them, when they start; only those that are installed. */
    private void afterOthers(List<Resource> resources, Path script, boolean nft) {
        String dropIn = renderer.render(new NetworkDropIn(script));
        List<String> units = new ArrayList<>(NetworkDropIn.UNITS);
        if (!nft) {
            units.add(NetworkDropIn.AHEAD);
        }
        for (String unit : units) {
            if (UNITS.stream().anyMatch(directory -> host.exists(directory + unit))) {
                resources.add(FileResource.text(
                        "/etc/systemd/system/" + unit + ".d/60-nofear.conf",
                        dropIn,
                        "the guests' rules come back after a start of " + unit));
            }
        }
    }
}
