package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.build.Cache;
import org.nofear.contract.VmmKind;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.DeviceNode;
import org.nofear.facts.ForwardingUsers;
import org.nofear.facts.HostFacts;
import org.nofear.facts.SysctlSettings;
import org.nofear.host.Host;
import org.nofear.kernel.StockKernel;
import org.nofear.kvmtool.KvmtoolSource;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Before;
import org.nofear.setup.engine.Blueprint;
import org.nofear.setup.engine.Otherwise;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.RememberedStage;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.place.Target;
import org.nofear.templates.GroupName;
import org.nofear.templates.TemplateRenderer;

/**
 * The installation: packages, then the kernel, the programs, NoFear itself, the network and the launcher's configuration,
 * and last the boot test. Each is a stage; which there are, and what is in them, follows from facts and options alone.
 */
public final class InstallBlueprint implements Blueprint {

    private final Path home;

    /** @param home of the NoFear that runs */
    public InstallBlueprint(Path home) {
        this.home = home;
    }

    @Override
    public List<Stage> stages(Target target, Before before, InstallOptions options, Progress progress)
            throws IOException {
        Host host = target.host();
        HostFacts facts = HostFacts.detect(host, options.prefix().toString());
        Layout layout = new Layout(options.prefix());
        checkPrefix(host, layout);
        Choices choices = Choices.of(host, facts, before, options, layout);
        if (!options.force()) {
            RunningVms.keepTheirNetwork(host, layout, choices.network());
        }
        new Found(facts, choices).tell(progress);
        choices.network()
                .why()
                .ifPresent(why -> progress.warn(
                        "guests get no interface of their own, since " + why + ": they reach what you reach (network "
                                + choices.network().id() + ")"));
        facts.layout().shared().refused().forEach(refused -> progress.warn(refused.why()));

        forwardingLasts(host, choices).ifPresent(progress::warn);
        Workshop workshop =
                new Workshop(home, host.live() ? host : Host.local(), new Cache(Workshop.CACHE), options.jobs());
        TemplateRenderer renderer = new TemplateRenderer();
        Optional<Otherwise> otherwise = withoutLkvm(choices, options);
        List<Stage> stages = new ArrayList<>();
        if (host.live()) {
            stages.add(Needs.of(target, facts, needs(host, facts, options, choices, workshop), otherwise));
        }
        LkvmStage lkvm = new LkvmStage(workshop, choices.lkvm(), otherwise);
        stages.add(lkvm);
        List<Stage> made = Stream.of(
                        new SetupStage(workshop, layout, options, groups(facts)),
                        new KernelStage(workshop, host, facts, options, layout),
                        new ProgramsStage(workshop, layout, choices, lkvm, stock(host, facts, options)),
                        new ReadableStage(host, layout),
                        new LaunchStage(host, layout, choices, options, renderer),
                        new AppArmorStage(host, facts, layout, choices, renderer),
                        new GuiStage(host, GuiStage.wanted(host, facts, options), layout, renderer))
                .<Stage>map(RememberedStage::new)
                .toList();
        stages.addAll(made);
        stages.add(new ModulesStage(host, facts, choices, renderer));
        stages.add(new NetworkStage(host, facts, layout, choices, renderer));
        if (host.live()) {
            stages.add(new ClassArchiveStage(workshop, layout));
            stages.add(new BootStage(workshop, facts, layout, choices, made, renderer));
        }
        return stages;
    }

    /**
     * What a package brought is its package manager's: nothing else installs over it.
     *
     * @throws UserError (77)
     */
    private void checkPrefix(Host host, Layout layout) {
        boolean own = host.live() && layout.prefix().equals(home);
        String mark = layout.library(Workshop.PACKAGED);
        if (!own && host.file(mark).isPresent()) {
            throw new UserError(
                    ExitCode.REFUSED,
                    layout.prefix() + " holds NoFear's package, which only its package manager changes",
                    "run that package's nofear-setup, or take another --prefix");
        }
    }

    /** A file of another that is read after ours has the last word at boot. */
    private static Optional<String> forwardingLasts(Host host, Choices choices) {
        return SysctlSettings.overruling(host, ForwardingUsers.PARAMETER, NetworkStage.SYSCTL, "1")
                .filter(setting -> choices.network().routed())
                .map(setting -> setting.file() + " sets " + ForwardingUsers.PARAMETER + " = " + setting.value()
                        + " at boot, after " + NetworkStage.SYSCTL
                        + ": nofear-net sets it again when it starts, but put that line right");
    }

    /** An lkvm that nobody asked for is not built at any price. */
    private static Optional<Otherwise> withoutLkvm(Choices choices, InstallOptions options) {
        return choices.lkvm() instanceof LkvmChoice.Built built && !built.insisted()
                ? Optional.of(
                        new Otherwise("going on without lkvm (--vmm qemu)", options.with(InstallOptions.Vmm.QEMU)))
                : Optional.empty();
    }

    private static Optional<StockKernel> stock(Host host, HostFacts facts, InstallOptions options) {
        return options.kernel() instanceof InstallOptions.Kernel.Stock
                ? Optional.of(new StockKernel(host, facts.kernelRelease()))
                : Optional.empty();
    }

    /** The group of /dev/kvm where that is not open to all: usually kvm. */
    private static List<String> groups(HostFacts facts) {
        List<String> groups = new ArrayList<>(List.of(GroupName.NOFEAR.value()));
        facts.kvm()
                .device()
                .access()
                .filter(access ->
                        access.mode().startsWith("rw-rw-") && !access.mode().endsWith("rw-"))
                .map(DeviceNode.Access::group)
                .filter(group -> group.matches("[a-z_][a-z0-9_-]*") && !group.equals("root"))
                .ifPresent(groups::add);
        return groups;
    }

    private static Map<PackageNeed, String> needs(
            Host host, HostFacts facts, InstallOptions options, Choices choices, Workshop workshop) throws IOException {
        Map<PackageNeed, String> needs = new EnumMap<>(PackageNeed.class);
        if (ProgramsStage.compiles(workshop, choices)) {
            needs.put(PackageNeed.C_COMPILER, "a C compiler for the launcher and the guest's agent");
            needs.put(PackageNeed.STATIC_LIBC, "the static C library for the launcher and the guest's agent");
        }
        needs.put(PackageNeed.MKE2FS, "mke2fs for profiles' disks");
        if (options.kernel() instanceof InstallOptions.Kernel.Build
                && KernelStage.prebuilt(workshop, options).isEmpty()) {
            needs.put(PackageNeed.KERNEL_BUILD, "what builds the guest's kernel");
            if (KernelStage.source(host, facts, options).isEmpty()) {
                needs.put(PackageNeed.KERNEL_SOURCE, "the source of the guest's kernel");
            }
        }
        if (choices.candidates().stream().anyMatch(kind -> kind != VmmKind.LKVM)) {
            needs.put(PackageNeed.QEMU, "QEMU");
        }
        if (choices.lkvm() instanceof LkvmChoice.Built built && built.source() instanceof KvmtoolSource.Git) {
            needs.put(PackageNeed.GIT, "git for kvmtool's source");
        }
        if (GuiStage.wanted(host, facts, options)) {
            needs.put(PackageNeed.XPRA, "Xpra for programs with windows");
            needs.put(PackageNeed.XVFB, "Xvfb for programs with windows");
        }
        if (choices.network().routed()) {
            needs.put(PackageNeed.IPROUTE, "ip for the guests' network");
            if (choices.network().nft()) {
                needs.put(PackageNeed.NFT, "nft for the guests' network");
            }
        }
        return needs;
    }
}
