package org.nofear.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.build.BuildException;
import org.nofear.build.BuildLog;
import org.nofear.build.BuildProgress;
import org.nofear.build.Cache;
import org.nofear.build.CacheKey;
import org.nofear.build.Compiler;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/**
 * Builds the guest kernel: tinyconfig and the fragments, checked, then make. Kept in the cache by the hash of the source, the
 * fragments and the compiler.
 *
 * @param host whose tools build it
 * @param cache where it is kept
 * @param jobs for make, at least 1
 */
public record KernelBuild(Host host, Cache cache, int jobs) {

    private static final String KIND = "kernel";

    /** To be counted up when an entry holds other files. */
    private static final String FORMAT = "2";

    private static final Duration STEP = Duration.ofMinutes(10);
    private static final Duration BUILD = Duration.ofHours(2);

    /** What make writes for Linux 6.1 with these fragments: for the bar only. */
    private static final long LINES = 1930;

    /** In bytes; measured on Linux 6.1. */
    private static final long OBJECTS = 200L << 20;

    /** The entry that a build of this source has, or will have. */
    public Path entry(KernelSource source) throws IOException {
        return cache.entry(KIND, key(source));
    }

    /** The kernel, if this build was done before. */
    public Optional<BuiltKernel> find(KernelSource source) throws IOException {
        return cache.find(KIND, key(source)).map(BuiltKernel::new);
    }

    /**
     * The kernel: from the cache, or built now.
     *
     * @throws BuildException when the source is none, an option can't be had, or the compiler fails; the log is named
     */
    public BuiltKernel build(KernelSource source, BuildProgress progress) throws IOException {
        String key = key(source);
        Optional<Path> ready = cache.find(KIND, key);
        if (ready.isPresent()) {
            return new BuiltKernel(ready.get());
        }
        Path work = cache.workDirectory(KIND);
        Path log = cache.directory().resolve(KIND).resolve("build.log");
        Files.deleteIfExists(log);
        cache.requireSpace(source.unpackedSize() + OBJECTS, "the build of the guest kernel");
        Path tree = unpack(source, work, log);
        List<String> unknown = configure(tree, log);
        compile(tree, log, progress);
        Path made = Files.createDirectory(work.resolve("made"));
        Files.move(tree.resolve("arch/x86/boot/bzImage"), made.resolve("bzImage"));
        Files.move(tree.resolve("arch/x86/boot/compressed/vmlinux.bin"), made.resolve("vmlinux"));
        Files.move(tree.resolve(".config"), made.resolve("config"));
        Files.write(made.resolve(BuiltKernel.UNKNOWN), unknown);
        Path entry = cache.publish(made, KIND, key);
        Cache.delete(work);
        return new BuiltKernel(entry);
    }

    private String key(KernelSource source) throws IOException {
        CacheKey key =
                new CacheKey(KIND).add(FORMAT).add(Compiler.of(host).version()).add(new KernelFragments().text());
        if (source instanceof KernelSource.Directory directory) {
            key.addTree(directory.path());
        } else {
            key.addIdentity(source.path());
        }
        return key.hex();
    }

    private Path unpack(KernelSource source, Path work, Path log) throws IOException {
        Path tree = Files.createDirectory(work.resolve("linux"));
        if (source instanceof KernelSource.Directory directory) {
            requireLinux(directory.path(), source);
            run(
                    List.of("cp", "-r", directory.path() + "/.", tree.toString()),
                    work,
                    STEP,
                    log,
                    "copying " + source.path());
            run(List.of("make", "-s", "mrproper"), tree, STEP, log, "cleaning the copy of " + source.path());
        } else {
            run(
                    List.of("tar", "-xf", source.path().toString(), "-C", tree.toString(), "--strip-components=1"),
                    work,
                    STEP,
                    log,
                    "unpacking " + source.path());
        }
        requireLinux(tree, source);
        return tree;
    }

    private static void requireLinux(Path tree, KernelSource source) throws IOException {
        Path makefile = tree.resolve("Makefile");
        if (!Files.isRegularFile(tree.resolve("Kconfig"))
                || !Files.isRegularFile(makefile)
                || Files.readAllLines(makefile, StandardCharsets.ISO_8859_1).stream()
                        .noneMatch(line -> line.startsWith("PATCHLEVEL ="))) {
            throw new BuildException(
                    source.path() + " is not the source of a Linux kernel: it has no Makefile and Kconfig of one");
        }
    }

    /** The options that this source does not define: newer ones lose some, and a guest may do without. */
    private List<String> configure(Path tree, Path log) throws IOException {
        KernelFragments fragments = new KernelFragments();
        run(List.of("make", "-s", "tinyconfig"), tree, STEP, log, "make tinyconfig");
        Path config = tree.resolve(".config");
        // The last word counts: kconfig takes the fragments above what tinyconfig said.
        Files.writeString(config, Files.readString(config) + "\n" + fragments.text());
        run(List.of("make", "-s", "olddefconfig"), tree, STEP, log, "make olddefconfig");
        KernelConfig made = KernelConfig.parse(Files.readString(config));
        if (made.missing(fragments.options()).isEmpty()) {
            return List.of();
        }
        Set<String> defined = KernelSymbols.defined(tree);
        List<String> missing = made.missing(known(fragments, defined, true));
        if (!missing.isEmpty()) {
            throw new BuildException(
                    "this kernel source has not all that a guest needs: " + String.join(", ", missing));
        }
        return made.missing(known(fragments, defined, false)).stream()
                .map(option -> option.substring(0, option.indexOf('=')))
                .toList();
    }

    private static List<KernelOption> known(KernelFragments fragments, Set<String> defined, boolean wanted) {
        return fragments.options().stream()
                .filter(option -> option.names().stream().anyMatch(defined::contains) == wanted)
                .toList();
    }

    private void compile(Path tree, Path log, BuildProgress progress) throws IOException {
        List<String> make = List.of("make", "-j" + jobs, "bzImage");
        try (LogWatcher watcher = new LogWatcher(log, LINES, progress)) {
            watcher.start();
            run(make, tree, BUILD, log, "building the guest kernel");
        }
    }

    private void run(List<String> argv, Path directory, Duration deadline, Path log, String what) throws IOException {
        Command command = Command.of(new ArrayList<>(argv))
                .inDirectory(directory)
                .withDeadline(deadline)
                .withEnvironment(environment())
                .loggingTo(log);
        CommandResult result = host.commands().run(command);
        if (!result.succeeded()) {
            String reason = result.timedOut() ? "took longer than " + deadline.toMinutes() + " minutes" : "failed";
            throw new BuildException(BuildLog.told(what + " " + reason, log));
        }
    }

    /** Fixed names and times: the same source gives the same kernel. */
    private static Map<String, String> environment() {
        return Map.of(
                "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
                "LC_ALL", "C",
                "KBUILD_BUILD_TIMESTAMP", "2026-01-01",
                "KBUILD_BUILD_USER", "nofear",
                "KBUILD_BUILD_HOST", "nofear");
    }
}
