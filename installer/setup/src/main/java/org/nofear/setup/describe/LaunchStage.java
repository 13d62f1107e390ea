package org.nofear.setup.describe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.VmmKind;
import org.nofear.host.Host;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Resource;
import org.nofear.templates.GuestEtcFile;
import org.nofear.templates.LaunchConf;
import org.nofear.templates.TemplateRenderer;

/** What install tells the launcher: paths, the network, the guest's own /etc; and itself, for the next time. */
final class LaunchStage implements Stage {

    private final Host host;
    private final Layout layout;
    private final Choices choices;
    private final InstallOptions options;
    private final TemplateRenderer renderer;

    LaunchStage(Host host, Layout layout, Choices choices, InstallOptions options, TemplateRenderer renderer) {
        this.host = host;
        this.layout = layout;
        this.choices = choices;
        this.options = options;
        this.renderer = renderer;
    }

    @Override
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        LaunchConf conf = new LaunchConf(
                choices.lkvmPath(layout),
                qemu(),
                Path.of(layout.kernel()),
                Path.of(layout.guestImage()),
                program("mke2fs", "/usr/sbin/mke2fs"),
                choices.network().id(),
                choices.network().firewall(),
                choices.network().othersForwarded(),
                choices.network().subnet(),
                "");
        resources.add(
                FileResource.text(layout.launchConfig(), renderer.render(conf), "tells the launcher what is where"));
        for (GuestEtcFile file : GuestEtcFile.all()) {
            resources.add(FileResource.text(
                    layout.guestEtc(file.name()), renderer.render(file), "the guest's own /etc/" + file.name()));
        }
        resources.add(FileResource.text(
                layout.options(), new RecordedOptions(options).text(), "how install was called, for doctor --fix"));
        return resources;
    }

    private Optional<Path> qemu() {
        boolean wanted = choices.candidates().stream().anyMatch(kind -> kind != VmmKind.LKVM);
        return wanted ? Optional.of(qemuProgram()) : Optional.empty();
    }

    /** Looked for now: the packages stage may have brought it. */
    private Path qemuProgram() {
        return host.program("qemu-system-x86_64")
                .or(() -> Optional.of("/usr/libexec/qemu-kvm")
                        .filter(path -> host.file(path).isPresent()))
                .map(Path::of)
                .orElse(Path.of("/usr/bin/qemu-system-x86_64"));
    }

    private Path program(String name, String usual) {
        return Path.of(host.program(name).orElse(usual));
    }
}
