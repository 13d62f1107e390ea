package org.nofear.setup.describe;

import java.util.ArrayList;
import java.util.List;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.KernelModule;
import org.nofear.setup.resource.Resource;
import org.nofear.templates.ModulesLoadConf;
import org.nofear.templates.TemplateRenderer;

/** Modules of the host's kernel that nothing loads by itself where they are needed: the tap's. */
final class ModulesStage implements Stage {

    private static final String FILE = "/etc/modules-load.d/nofear.conf";

    private final Host host;
    private final HostFacts facts;
    private final Choices choices;
    private final TemplateRenderer renderer;

    ModulesStage(Host host, HostFacts facts, Choices choices, TemplateRenderer renderer) {
        this.host = host;
        this.facts = facts;
        this.choices = choices;
        this.renderer = renderer;
    }

    @Override
    public List<Resource> resources() {
        List<String> modules = new ArrayList<>();
        if (choices.network().routed()) {
            modules.add("tun");
        }
        List<String> loadable = modules.stream().filter(this::isModule).toList();
        if (loadable.isEmpty()) {
            return List.of();
        }
        List<Resource> resources = new ArrayList<>();
        resources.add(FileResource.text(
                FILE, renderer.render(new ModulesLoadConf(loadable)), "modules of the host's kernel that VMs need"));
        loadable.forEach(module -> resources.add(new KernelModule(module, "VMs need it")));
        return resources;
    }

    /** Not built in, and there to be loaded. */
    private boolean isModule(String name) {
        return host.read("/lib/modules/" + facts.kernelRelease() + "/modules.dep")
                .filter(list -> list.contains("/" + name + ".ko"))
                .isPresent();
    }
}
