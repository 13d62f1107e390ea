package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nofear.build.BuildException;
import org.nofear.build.CacheKey;
import org.nofear.contract.VmmKind;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.boot.BootDeadlines;
import org.nofear.setup.boot.BootResult;
import org.nofear.setup.boot.BootTest;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.snapshot.Content;
import org.nofear.templates.TemplateRenderer;
import org.nofear.templates.VmmConf;

/**
 * The last act: boots the guest with each candidate, and records the first that really ran a command. The record is kept by
 * what it stands on; when nothing of that has changed, nothing is booted.
 */
final class BootStage implements Stage {

    static final String KIND = "boot";
    private static final String FILE = "vmm.conf";

    private final Workshop workshop;
    private final HostFacts facts;
    private final Layout layout;
    private final Choices choices;
    private final List<Stage> before;
    private final TemplateRenderer renderer;

    /** @param before all other stages: what they install is what is booted */
    BootStage(
            Workshop workshop,
            HostFacts facts,
            Layout layout,
            Choices choices,
            List<Stage> before,
            TemplateRenderer renderer) {
        this.workshop = workshop;
        this.facts = facts;
        this.layout = layout;
        this.choices = choices;
        this.before = List.copyOf(before);
        this.renderer = renderer;
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        String key = key().orElseThrow(() -> new IOException("something of the installation has not been made"));
        Path recorded = workshop.cache().entry(KIND, key).resolve(FILE);
        if (installed(recorded)) {
            return false;
        }
        VmmKind kind = boot(progress);
        if (!kind.hardware()) {
            progress.warn("guests run in QEMU's software emulation here: slow, and no security boundary"
                    + " (nofear-setup doctor tells what KVM lacks)");
        }
        Path work = workshop.cache().workDirectory(KIND);
        Files.writeString(work.resolve(FILE), renderer.render(new VmmConf(kind.id())));
        workshop.cache().publish(work, KIND, key);
        return true;
    }

    /** The launcher takes what lies there, be it an older installation's. */
    @Override
    public boolean proves() {
        return true;
    }

    /** Whether this very result is what is installed. */
    private boolean installed(Path recorded) throws IOException {
        Path file = Path.of(layout.vmmConfig());
        return Files.isRegularFile(recorded, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && Content.of(recorded).equals(Content.of(file));
    }

    private VmmKind boot(Progress progress) throws IOException {
        Host host = workshop.host();
        Path scratch = workshop.cache().directory().resolve("boot-test");
        BootTest test = new BootTest(host.commands(), Path.of(layout.launcher()), scratch);
        BootDeadlines deadlines = BootDeadlines.forProcessor(facts.kvm().cpu().virtualization());
        List<String> reasons = new ArrayList<>();
        for (VmmKind candidate : choices.candidates()) {
            try (Progress.Step step = progress.begin("boot a guest with " + candidate.title())) {
                BootResult result =
                        test.firstThatBoots(List.of(candidate), deadlines).get(0);
                if (result instanceof BootResult.Booted booted) {
                    step.done(String.format(Locale.ROOT, "%.1f s", booted.took().toMillis() / 1000.0));
                    return candidate;
                }
                reasons.add(candidate.title() + ": " + ((BootResult.Failed) result).reason());
                step.done("no");
                progress.note(reasons.get(reasons.size() - 1));
            }
        }
        throw new BuildException("no VMM runs a guest on this machine"
                + (reasons.isEmpty()
                        ? ": there is no /dev/kvm, which --vmm lkvm needs"
                        : " (" + String.join("; ", reasons) + ")"));
    }

    @Override
    public List<Resource> resources() {
        Path result = key().map(key -> workshop.cache().entry(KIND, key).resolve(FILE))
                .orElseGet(() -> workshop.unmade(FILE));
        return List.of(
                new BuiltFile(layout.vmmConfig(), result, Permissions.FILE, "the VMM that a guest came up with"));
    }

    /** Of all that has a say in whether a guest boots; empty while something of it is still to be made. */
    private Optional<String> key() {
        CacheKey key = new CacheKey(KIND)
                .add(facts.kernelRelease())
                .add(String.valueOf(facts.kvm().device().present()))
                .add(String.valueOf(facts.kvm().cpu().virtualization()))
                .add(choices.candidates().toString());
        try {
            for (Stage stage : before) {
                for (Resource resource : stage.resources()) {
                    if (resource instanceof FileResource file) {
                        key.add(file.path()).add(file.content().sha256());
                    } else if (resource instanceof BuiltFile file && !setups(file)) {
                        if (!Files.isRegularFile(file.source(), LinkOption.NOFOLLOW_LINKS)) {
                            return Optional.empty();
                        }
                        key.add(file.path()).add(identity(file.source()));
                    }
                }
            }
            facts.vmm()
                    .qemu()
                    .ifPresent(qemu -> key.add(qemu.path()).add(qemu.version().toString()));
            return Optional.of(key.hex());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Whether it is a jar of nofear-setup alone, which a launch knows nothing of. */
    private boolean setups(BuiltFile file) {
        return file.path().startsWith(layout.jars() + "/") && !file.path().startsWith(layout.launcherJars() + "/");
    }

    /** What tells the bytes of a made file from others; install keeps the time of what it copies. */
    private String identity(Path source) throws IOException {
        Optional<String> built = workshop.cache().identity(source);
        if (built.isPresent()) {
            return built.get();
        }
        BasicFileAttributes attributes = Files.readAttributes(source, BasicFileAttributes.class);
        return attributes.size() + " " + attributes.lastModifiedTime().toMillis();
    }
}
