package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nofear.build.BuildException;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.kernel.BuiltKernel;
import org.nofear.kernel.KernelBuild;
import org.nofear.kernel.KernelImage;
import org.nofear.kernel.KernelSource;
import org.nofear.kernel.StockKernel;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;

/** The guest kernel: built, the host's own, or given. */
final class KernelStage implements Stage {

    private static final String REASON = "the guest's kernel";
    private static final String IMAGE = "bzImage";
    private static final String ELF = "vmlinux";
    private static final String CONFIG = "kernel.config";
    private static final double MEBIBYTE = 1 << 20;

    private final Workshop workshop;
    private final Host host;
    private final HostFacts facts;
    private final InstallOptions options;
    private final Layout layout;

    KernelStage(Workshop workshop, Host host, HostFacts facts, InstallOptions options, Layout layout) {
        this.workshop = workshop;
        this.host = host;
        this.facts = facts;
        this.options = options;
        this.layout = layout;
    }

    /** The source that a kernel is built from, if it is there already. */
    static Optional<KernelSource> source(Host host, HostFacts facts, InstallOptions options) throws BuildException {
        return options.kernelSource().isPresent()
                ? Optional.of(KernelSource.at(Path.of(options.kernelSource().get())))
                : KernelSource.newest(host, facts.adapter().kernelSources());
    }

    /** The kernel that a package brings, unless one of another source is asked for. */
    static Optional<Path> prebuilt(Workshop workshop, InstallOptions options) {
        return options.kernelSource().isPresent() ? Optional.empty() : workshop.prebuilt(IMAGE);
    }

    private Optional<KernelSource> source() throws BuildException {
        return source(workshop.host(), facts, options);
    }

    private KernelBuild build() {
        return new KernelBuild(workshop.host(), workshop.cache(), workshop.jobs());
    }

    private StockKernel stock() {
        return new StockKernel(host, facts.kernelRelease());
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        if (options.kernel() instanceof InstallOptions.Kernel.Given given) {
            KernelImage.check(given.image());
        } else if (options.kernel() instanceof InstallOptions.Kernel.Stock) {
            KernelImage.check(stock().image());
        } else if (prebuilt(workshop, options).isPresent()) {
            KernelImage.check(prebuilt(workshop, options).get());
        } else {
            KernelSource source = source().orElseThrow(() -> new BuildException(
                    "no kernel source is in " + facts.adapter().kernelSources() + ": give one with --kernel-source"));
            if (build().find(source).isEmpty()) {
                build(source, progress);
                return true;
            }
        }
        return false;
    }

    private void build(KernelSource source, Progress progress) throws IOException {
        String name = source.path().getFileName().toString();
        List<String> unknown;
        try (Progress.Step step = progress.begin("build the guest kernel from " + name)) {
            BuiltKernel kernel = build().build(source, step::advance);
            step.done(String.format("%.1f MiB", Files.size(kernel.image()) / MEBIBYTE));
            unknown = kernel.unknown();
        }
        if (!unknown.isEmpty()) {
            progress.warn(name + " does not know " + String.join(", ", unknown) + ": guests do without, if they boot");
        }
    }

    @Override
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        resources.add(new BuiltFile(layout.kernel(), image(), Permissions.FILE, REASON));
        if (options.kernel() instanceof InstallOptions.Kernel.Build) {
            elf().ifPresent(elf -> resources.add(
                    new BuiltFile(layout.kernelElf(), elf, Permissions.FILE, "the same kernel, not to be unpacked")));
            resources.add(new BuiltFile(
                    layout.kernelConfig(), config(), Permissions.FILE, "what the guest's kernel was built with"));
        }
        return resources;
    }

    private Path image() {
        if (options.kernel() instanceof InstallOptions.Kernel.Given given) {
            return given.image();
        }
        if (options.kernel() instanceof InstallOptions.Kernel.Stock) {
            try {
                return stock().image();
            } catch (BuildException absent) {
                return workshop.unmade("vmlinuz");
            }
        }
        return prebuilt(workshop, options).orElseGet(() -> entry(IMAGE));
    }

    private Optional<Path> elf() {
        return prebuilt(workshop, options).isPresent() ? workshop.prebuilt(ELF) : Optional.of(entry(ELF));
    }

    private Path config() {
        return prebuilt(workshop, options)
                .flatMap(image -> workshop.prebuilt(CONFIG))
                .orElseGet(() -> entry("config"));
    }

    /** A file of the built kernel: unknown until compiler and source are there. */
    private Path entry(String file) {
        try {
            Optional<KernelSource> source = source();
            if (source.isPresent()) {
                return build().entry(source.get()).resolve(file);
            }
        } catch (IOException notYet) {
            // The packages stage brings what is missing.
        }
        return workshop.unmade(file);
    }
}
