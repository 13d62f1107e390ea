package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nofear.build.CProgram;
import org.nofear.build.CacheKey;
import org.nofear.image.GuestImage;
import org.nofear.kernel.StockKernel;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Capability;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.templates.GroupName;

/** What is compiled and packed here: the launcher, the guest image with the agent; and lkvm, which is built before. */
final class ProgramsStage implements Stage {

    private static final String IMAGE = "image";
    private static final String AGENT = "agent";
    private static final String TAP_MAKER = "nofear-tap";
    private static final String IMAGE_FILE = "guest.cpio";

    private final Workshop workshop;
    private final Layout layout;
    private final Choices choices;
    private final LkvmStage lkvm;
    private final Optional<StockKernel> stock;

    /**
     * @param lkvm where lkvm comes from
     * @param stock the host's own kernel, where that is the guest's: its modules are in the image
     */
    ProgramsStage(Workshop workshop, Layout layout, Choices choices, LkvmStage lkvm, Optional<StockKernel> stock) {
        this.workshop = workshop;
        this.layout = layout;
        this.choices = choices;
        this.lkvm = lkvm;
        this.stock = stock;
    }

    private CProgram launcher() throws IOException {
        return workshop.launcherJar().program("nofear", "org/nofear/launch/c");
    }

    private CProgram tapProgram() throws IOException {
        return workshop.launcherJar().program(TAP_MAKER, "org/nofear/tap/c");
    }

    private CProgram agent() throws IOException {
        return workshop.guestImageJar().program(AGENT, "org/nofear/image/c");
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        boolean made = false;
        if (!made(path(this::launcherFile, "nofear"))
                || !made(path(this::imageFile, IMAGE_FILE))
                || (taps() && !made(path(this::tapMakerFile, TAP_MAKER)))) {
            try (Progress.Step step = progress.begin(title())) {
                if (workshop.prebuiltLauncher().isEmpty()) {
                    launcher().build(workshop.host(), workshop.cache());
                }
                if (taps() && workshop.prebuilt(TAP_MAKER).isEmpty()) {
                    tapProgram().build(workshop.host(), workshop.cache());
                }
                Optional<Path> prebuilt = workshop.prebuilt(AGENT);
                pack(prebuilt.isPresent() ? prebuilt.get() : agent().build(workshop.host(), workshop.cache()));
                step.done("");
            }
            made = true;
        }
        return made;
    }

    private String title() {
        return workshop.packaged() ? "pack the guest image" : "compile the launcher and the guest's agent";
    }

    /** Whether what is compiled here needs a C compiler. */
    static boolean compiles(Workshop workshop, Choices choices) {
        return workshop.prebuiltLauncher().isEmpty()
                || workshop.prebuilt(AGENT).isEmpty()
                || (choices.network().routed() && workshop.prebuilt(TAP_MAKER).isEmpty())
                || choices.lkvm() instanceof LkvmChoice.Built;
    }

    private void pack(Path agent) throws IOException {
        String key = imageKey(agent);
        if (workshop.cache().find(IMAGE, key).isEmpty()) {
            Path work = workshop.cache().workDirectory(IMAGE);
            Files.write(work.resolve(IMAGE_FILE), new GuestImage(agent, modules()).archive());
            workshop.cache().publish(work, IMAGE, key);
        }
    }

    private List<Path> modules() throws IOException {
        return stock.isPresent() ? stock.get().modules(workshop.cache()) : List.of();
    }

    private String imageKey(Path agent) throws IOException {
        CacheKey key = new CacheKey(IMAGE);
        Optional<String> built = workshop.cache().identity(agent);
        if (built.isPresent()) {
            key.add(built.get());
        } else {
            key.addFile(agent);
        }
        for (Path module : modules()) {
            key.add(module.getFileName().toString()).addFile(module);
        }
        return key.hex();
    }

    private static boolean made(Path path) {
        return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Tells where a thing is in the cache. */
    private interface Finder {
        Path find() throws IOException;
    }

    /** Where a thing is or will be; unknown until the compiler is there. */
    private Path path(Finder finder, String name) {
        try {
            return finder.find();
        } catch (IOException notYet) {
            return workshop.unmade(name);
        }
    }

    private Path launcherFile() throws IOException {
        Optional<Path> prebuilt = workshop.prebuiltLauncher();
        return prebuilt.isPresent() ? prebuilt.get() : launcher().entry(workshop.host(), workshop.cache());
    }

    private Path tapMakerFile() throws IOException {
        Optional<Path> prebuilt = workshop.prebuilt(TAP_MAKER);
        return prebuilt.isPresent() ? prebuilt.get() : tapProgram().entry(workshop.host(), workshop.cache());
    }

    private Path imageFile() throws IOException {
        Optional<Path> prebuilt = workshop.prebuilt(AGENT);
        Path agent = prebuilt.isPresent() ? prebuilt.get() : agent().entry(workshop.host(), workshop.cache());
        return made(agent)
                ? workshop.cache().entry(IMAGE, imageKey(agent)).resolve(IMAGE_FILE)
                : workshop.unmade(IMAGE_FILE);
    }

    @Override
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        resources.add(new BuiltFile(
                layout.guestImage(),
                path(this::imageFile, IMAGE_FILE),
                Permissions.FILE,
                "the guest's first file system"));
        if (!(choices.lkvm() instanceof LkvmChoice.None)) {
            resources.add(new BuiltFile(layout.lkvm(), lkvm.program(), Permissions.PROGRAM, "the VMM"));
        }
        if (taps()) {
            resources.add(tapMaker());
        }
        resources.add(new BuiltFile(
                layout.launcher(), path(this::launcherFile, "nofear"), Permissions.PROGRAM, "the command nofear"));
        return resources;
    }

    private boolean taps() {
        return choices.network().routed();
    }

    /** The only program with a capability is for the group alone. */
    private BuiltFile tapMaker() {
        return new BuiltFile(
                layout.tapMaker(),
                path(this::tapMakerFile, TAP_MAKER),
                new Permissions(0750, "root", GroupName.NOFEAR.value()),
                Optional.of(Capability.NET_ADMIN),
                "makes a VM's network interface");
    }
}
