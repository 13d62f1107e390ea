package org.nofear.setup.describe;

import java.util.List;
import java.util.Optional;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.HostFacts;
import org.nofear.facts.XpraFacts;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.templates.GuiConf;
import org.nofear.templates.Setting;
import org.nofear.templates.TemplateRenderer;
import org.nofear.templates.XpraConf;
import org.nofear.xpra.XpraEnvironment;
import org.nofear.xpra.XpraFlags;
import org.nofear.xpra.XpraSession;
import org.nofear.xpra.XpraSetting;
import org.nofear.xpra.XpraVersion;

/**
 * What the launcher tells Xpra, in the words of the version that is installed: the launcher itself knows no versions. Where there
 * is no Xpra nothing is written, and programs with windows are refused with the reason.
 */
final class GuiStage implements Stage {

    /** Programs of a host that shows windows: its X servers and Wayland compositors. */
    private static final List<String> DISPLAYS = List.of(
            "Xorg", "Xwayland", "gnome-shell", "kwin_wayland", "sway", "weston", "labwc", "Hyprland", "wayfire");

    private static final String XPRA = "/usr/bin/xpra";

    /** Its words are understood by all newer versions. */
    private static final XpraVersion LEAST = XpraVersion.of(3, 0);

    /** Of what goes into the files only sound depends on the session, and there its words on the command line decide. */
    private static final XpraSession ANY =
            new XpraSession(true, true, XpraSession.Clipboard.IN, Optional.empty(), Optional.empty());

    private final Host host;
    private final boolean wanted;
    private final Layout layout;
    private final TemplateRenderer renderer;

    GuiStage(Host host, boolean wanted, Layout layout, TemplateRenderer renderer) {
        this.host = host;
        this.wanted = wanted;
        this.layout = layout;
        this.renderer = renderer;
    }

    /** Whether install brings what windows need. Where a distribution has no Xpra, only an explicit wish insists on it. */
    static boolean wanted(Host host, HostFacts facts, InstallOptions options) {
        return switch (options.gui()) {
            case YES -> true;
            case NO -> false;
            case AUTO ->
                DISPLAYS.stream().anyMatch(name -> host.program(name).isPresent())
                        && Needs.obtainable(host, facts, PackageNeed.XPRA)
                        && Needs.obtainable(host, facts, PackageNeed.XVFB);
        };
    }

    /** Looked for now: the packages stage may have brought it. */
    @Override
    public List<Resource> resources() {
        Optional<XpraFacts> xpra = XpraFacts.detect(host);
        if (xpra.isEmpty() && !wanted) {
            return List.of();
        }
        XpraFlags flags = xpra.flatMap(XpraFacts::flags).orElseGet(() -> XpraFlags.forVersion(LEAST));
        GuiConf conf = new GuiConf(
                xpra.map(XpraFacts::path).orElse(XPRA),
                xpra.flatMap(XpraFacts::version).map(XpraVersion::toString).orElse("unknown"),
                XpraEnvironment.XVFB,
                flags.clientTemplate(),
                flags.serverTemplate());
        return List.of(
                FileResource.text(layout.guiConfig(), renderer.render(conf), "tells the launcher how to talk to Xpra"),
                conf("client", flags.clientSettings(ANY)),
                conf("server", flags.serverSettings(ANY)));
    }

    private Resource conf(String side, List<XpraSetting> settings) {
        XpraConf conf = new XpraConf(settings.stream()
                .map(setting -> new Setting(setting.key(), setting.value()))
                .toList());
        return FileResource.text(layout.xpraConfig(side), renderer.render(conf), "what Xpra's " + side + " reads");
    }
}
