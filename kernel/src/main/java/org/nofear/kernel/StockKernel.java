package org.nofear.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nofear.build.BuildException;
import org.nofear.build.Cache;
import org.nofear.build.CacheKey;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/**
 * The host's own kernel as the guest's, with the modules that a guest needs and that are not built into it.
 *
 * @param host whose kernel
 * @param release as {@code uname -r} prints it
 */
public record StockKernel(Host host, String release) {

    private static final String KIND = "modules";

    /** What a guest cannot do without. */
    private static final List<String> NEEDED = List.of(
            "virtio_pci",
            "virtio_mmio",
            "virtio_blk",
            "virtio_net",
            "virtio_console",
            "9pnet_virtio",
            "9p",
            "overlay",
            "ext4",
            "af_packet");

    /** What others ask for by a name of their own (ext4 for a checksum), or can do without. */
    private static final List<String> WELCOME = List.of("crc32c_generic", "crc32c_intel", "virtio_rng", "fuse");

    private static final Map<String, List<String>> UNPACKERS = Map.of(
            ".xz", List.of("xz", "--decompress"),
            ".zst", List.of("zstd", "--quiet", "--decompress", "--rm"),
            ".gz", List.of("gzip", "--decompress"));

    /**
     * The kernel's image.
     *
     * @throws BuildException when it lies in none of the places that distributions have for it
     */
    public Path image() throws BuildException {
        return Stream.of("/boot/vmlinuz-" + release, modulesDirectory() + "/vmlinuz", "/boot/vmlinuz")
                .flatMap(path -> host.file(path).stream())
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new BuildException("the host's own kernel " + release
                        + " is not in /boot: give a bzImage with --kernel FILE, or build one with --kernel build"));
    }

    private String modulesDirectory() {
        return "/lib/modules/" + release;
    }

    /**
     * The modules, unpacked, in the order of their loading.
     *
     * @throws BuildException when one that a guest cannot do without is neither there nor built in
     */
    public List<Path> modules(Cache cache) throws IOException {
        List<String> paths = order();
        CacheKey key = new CacheKey(KIND).add(release);
        for (String path : paths) {
            key.addIdentity(module(path));
        }
        String hash = key.hex();
        Optional<Path> ready = cache.find(KIND, hash);
        if (ready.isEmpty()) {
            Path work = cache.workDirectory(KIND);
            for (String path : paths) {
                unpack(module(path), work);
            }
            ready = Optional.of(cache.publish(work, KIND, hash));
        }
        Path entry = ready.get();
        return paths.stream().map(path -> entry.resolve(plainName(path))).toList();
    }

    private Path module(String path) throws BuildException {
        return host.file(modulesDirectory() + "/" + path)
                .orElseThrow(() -> new BuildException(modulesDirectory() + "/" + path + " is gone: run depmod"));
    }

    /** Paths below the modules' directory, what others depend on first. */
    private List<String> order() throws BuildException {
        Map<String, List<String>> dependencies = dependencies();
        Map<String, String> byName = new LinkedHashMap<>();
        dependencies.keySet().forEach(path -> byName.put(moduleName(path), path));
        Set<String> builtIn = host.read(modulesDirectory() + "/modules.builtin")
                .orElse("")
                .lines()
                .map(StockKernel::moduleName)
                .collect(Collectors.toUnmodifiableSet());
        Set<String> order = new LinkedHashSet<>();
        for (String name : Stream.concat(WELCOME.stream(), NEEDED.stream()).toList()) {
            Optional<String> path = Optional.ofNullable(byName.get(name));
            if (path.isPresent()) {
                List<String> first = new ArrayList<>(dependencies.getOrDefault(path.get(), List.of()));
                // modules.dep lists the nearest first; what it stands on last.
                java.util.Collections.reverse(first);
                order.addAll(first);
                order.add(path.get());
            } else if (NEEDED.contains(name) && !builtIn.contains(name)) {
                throw new BuildException("the host's own kernel " + release + " has no " + name
                        + ", which a guest needs: build a kernel with --kernel build");
            }
        }
        return List.copyOf(order);
    }

    private Map<String, List<String>> dependencies() {
        Map<String, List<String>> dependencies = new LinkedHashMap<>();
        host.read(modulesDirectory() + "/modules.dep").orElse("").lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                dependencies.put(
                        line.substring(0, colon),
                        Stream.of(line.substring(colon + 1).strip().split(" +"))
                                .filter(path -> !path.isEmpty())
                                .toList());
            }
        });
        return dependencies;
    }

    /** {@code virtio_pci} of {@code kernel/drivers/virtio/virtio-pci.ko.xz}. */
    private static String moduleName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.indexOf(".ko");
        return (dot < 0 ? name : name.substring(0, dot)).replace('-', '_');
    }

    private static String plainName(String path) {
        return moduleName(path) + ".ko";
    }

    private void unpack(Path module, Path work) throws IOException {
        String file = module.getFileName().toString();
        String suffix = file.substring(file.lastIndexOf('.'));
        Path copy = work.resolve(plainName(file) + (suffix.equals(".ko") ? "" : suffix));
        Files.copy(module, copy, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
        if (suffix.equals(".ko")) {
            return;
        }
        List<String> argv = new ArrayList<>(UNPACKERS.getOrDefault(suffix, List.of()));
        if (argv.isEmpty()) {
            throw new BuildException(module + " is packed in a way that is not known: " + suffix);
        }
        argv.add(copy.toString());
        CommandResult result = Host.local().commands().run(Command.of(argv));
        if (!result.succeeded()) {
            throw new BuildException(
                    "unpacking " + module + " failed: " + result.error().strip());
        }
    }
}
