package org.nofear.setup.describe;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.nofear.contract.SharedDirectories;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.LoadedAppArmorProfile;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Digests;
import org.nofear.templates.AppArmorProfile;
import org.nofear.templates.TemplateRenderer;

/** lkvm's profile, beside Landlock or in its place: where AppArmor is on and can be told. */
final class AppArmorStage implements Stage {

    private static final String DIRECTORY = "/etc/apparmor.d/";
    private static final String REASON = "AppArmor confines lkvm";

    private final Host host;
    private final HostFacts facts;
    private final Layout layout;
    private final Choices choices;
    private final TemplateRenderer renderer;

    AppArmorStage(Host host, HostFacts facts, Layout layout, Choices choices, TemplateRenderer renderer) {
        this.host = host;
        this.facts = facts;
        this.layout = layout;
        this.choices = choices;
        this.renderer = renderer;
    }

    @Override
    public List<Resource> resources() {
        if (choices.lkvm() instanceof LkvmChoice.None
                || !facts.security().appArmor()
                || host.program("apparmor_parser").isEmpty()) {
            return List.of();
        }
        String text = renderer.render(new AppArmorProfile(
                Path.of(layout.lkvm()),
                Path.of(layout.library()),
                shared(),
                host.os().landlockAbi() > 0,
                host.exists("/etc/apparmor.d/abi/3.0")));
        String file = DIRECTORY + AppArmorProfile.NAME;
        return List.of(
                FileResource.text(file, text, REASON),
                new LoadedAppArmorProfile(
                        file, Digests.sha256(text.getBytes(StandardCharsets.UTF_8)), REASON + ", now"));
    }

    /** By the names, since a link may be made later, and where they lead to. */
    private List<Path> shared() {
        return Stream.concat(SharedDirectories.NAMES.stream(), facts.layout().shares().stream())
                .distinct()
                .map(Path::of)
                .toList();
    }
}
