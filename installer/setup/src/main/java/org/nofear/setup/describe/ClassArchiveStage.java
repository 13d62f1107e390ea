package org.nofear.setup.describe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.build.CacheKey;
import org.nofear.host.Command;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;

/**
 * An archive of nofear-setup's classes, as this Java has them in memory (class data sharing): each call starts some 0.3 s sooner.
 * A Java that it does not fit takes no notice of it, so it is nothing to fail for: where none can be made there is none, and that
 * of an older Java stays until the next install.
 */
final class ClassArchiveStage implements Stage {

    private static final String KIND = "classes";
    private static final String ARCHIVE = "setup.jsa";

    /** Which Java made it, or could not. */
    private static final String MAKER = "java";

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private final Workshop workshop;
    private final Layout layout;

    ClassArchiveStage(Workshop workshop, Layout layout) {
        this.workshop = workshop;
        this.layout = layout;
    }

    @Override
    public boolean prepare(Progress progress) throws IOException {
        String key = key().orElseThrow(() -> new IOException("there is no " + layout.jars()));
        Path maker = workshop.cache().entry(KIND, key).resolve(MAKER);
        String java = System.getProperty("java.home") + " " + Runtime.version();
        if (Files.isRegularFile(maker, LinkOption.NOFOLLOW_LINKS)
                && Files.readString(maker).equals(java)) {
            return false;
        }
        try (Progress.Step step = progress.begin("archive the classes of nofear-setup")) {
            Path work = workshop.cache().workDirectory(KIND);
            workshop.host()
                    .commands()
                    .run(Command.of(doctor(work.resolve(ARCHIVE))).withDeadline(DEADLINE));
            Files.writeString(work.resolve(MAKER), java);
            Path entry = workshop.cache().publish(work, KIND, key);
            // Those of older jars are of no use any more.
            workshop.cache().deleteOthers(entry);
            step.done(made(entry) ? "" : "none: this Java makes no such archives");
        }
        return true;
    }

    /** It changes nothing, and uses most of what any command does. The checks that boot guests take long for few classes more. */
    private List<String> doctor(Path archive) {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:disable"));
        argv.add("-XX:ArchiveClassesAtExit=" + archive);
        Stream.of("jna.nounpack", "jna.platform.library.path", "jna.boot.library.path")
                .forEach(name -> argv.add("-D" + name + "=" + System.getProperty(name, "")));
        argv.add("-Dnofear.home=" + layout.prefix());
        argv.addAll(List.of("-cp", layout.jars() + "/*", "org.nofear.setup.cli.Main"));
        argv.addAll(List.of("doctor", "--prefix=" + layout.prefix(), "--skip=kvm.runs", "--skip=boot.selftest"));
        return argv;
    }

    private static boolean made(Path entry) {
        return Files.isRegularFile(entry.resolve(ARCHIVE), LinkOption.NOFOLLOW_LINKS);
    }

    /** Of the jars as they are installed: Java compares their paths, sizes and times. Empty when they are still to be installed. */
    private Optional<String> key() throws IOException {
        Path jars = Path.of(layout.jars());
        if (!Files.isDirectory(jars)) {
            return Optional.empty();
        }
        CacheKey key = new CacheKey(KIND);
        try (Stream<Path> files = Files.list(jars)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                key.addIdentity(jar);
            }
        }
        return Optional.of(key.hex());
    }

    @Override
    public List<Resource> resources() {
        Optional<Path> entry = entry();
        return entry.isPresent() && Files.isDirectory(entry.get()) && !made(entry.get())
                ? List.of()
                : List.of(new BuiltFile(
                        layout.classArchive(),
                        entry.map(made -> made.resolve(ARCHIVE)).orElseGet(() -> workshop.unmade(ARCHIVE)),
                        Permissions.FILE,
                        "nofear-setup starts sooner with it"));
    }

    private Optional<Path> entry() {
        try {
            return key().map(key -> workshop.cache().entry(KIND, key));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }
}
