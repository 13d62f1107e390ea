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

/**
 * Modules of the host's kernel that are to be there before a VM's tap is made: the tap's own, and what guards it. The kernel would load
 * most of them when nofear-tap asks for them, but not on every host; and without them a tap is guarded less, or not at all.
 */
final class ModulesStage implements Stage {

    private static final String FILE = "/etc/modules-load.d/nofear.conf";
    private static final List<String> TAP = List.of("tun", "sch_ingress", "cls_bpf", "nf_conntrack_netlink");

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
        List<String> modules = choices.network().routed() ? TAP : List.of();
        List<String> loadable = modules.stream()
                .filter(this::isModule)
                .filter(module -> mayLoad() || host.exists("/sys/module/" + module))
                .toList();
        if (loadable.isEmpty()) {
            return List.of();
        }
        List<Resource> resources = new ArrayList<>();
        resources.add(FileResource.text(
                FILE, renderer.render(new ModulesLoadConf(loadable)), "modules of the host's kernel that VMs need"));
        loadable.forEach(module -> resources.add(new KernelModule(module, "VMs need it")));
        return resources;
    }

    /** An administrator may have forbidden it until the next boot. */
    private boolean mayLoad() {
        return host.read("/proc/sys/kernel/modules_disabled")
                .filter(text -> text.strip().equals("1"))
                .isEmpty();
    }

    /** Not built in, and there to be loaded. */
    private boolean isModule(String name) {
        return host.read("/lib/modules/" + facts.kernelRelease() + "/modules.dep")
                .filter(list -> list.contains("/" + name + ".ko"))
                .isPresent();
    }
}
