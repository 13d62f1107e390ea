package org.nofear.setup.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nofear.distro.PackageManager;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.journal.StateStore;
import org.nofear.setup.place.Target;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.Capability;
import org.nofear.setup.resource.DirectoryResource;
import org.nofear.setup.resource.FileCapability;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.FirewallTable;
import org.nofear.setup.resource.GroupMembership;
import org.nofear.setup.resource.GroupResource;
import org.nofear.setup.resource.PackageResource;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.setup.resource.ServiceUnit;
import org.nofear.setup.resource.SymlinkResource;
import org.nofear.setup.resource.Sysctl;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Digests;

/**
 * A small tree as an image being built has it, something of each kind to install on it, and a picture of all that is in it.
 *
 * @param system what is live, where the tree stands for a running machine
 */
record OfflineTree(Path root, Path sources, Optional<FakeSystem> system) {

    static final NativeOs OS = NativeOs.system();
    static final boolean AS_ROOT = OS.effectiveUserId() == 0;
    static final List<String> OPTIONS = List.of("--vmm=auto");
    static final String ME = String.valueOf(OS.effectiveUserId());

    /** Makes the tree in an empty directory. */
    static OfflineTree in(Path directory) throws IOException {
        return make(new OfflineTree(directory.resolve("tree"), directory.resolve("sources"), Optional.empty()));
    }

    /** Makes a tree that stands for a running machine. */
    static OfflineTree live(Path directory) throws IOException {
        FakeSystem system = new FakeSystem(directory.resolve("programs"));
        system.tables.put("inet other", "table inet other { }");
        OfflineTree tree =
                make(new OfflineTree(directory.resolve("tree"), directory.resolve("sources"), Optional.of(system)));
        tree.write("etc/.pwd.lock", "", 0600);
        tree.write("proc/sys/net/ipv4/ip_forward", "0", 0644);
        tree.write("usr/bin/distro-lkvm", "another's\n", 0755);
        Files.createDirectories(tree.root.resolve("run/systemd/system"));
        return tree;
    }

    private static OfflineTree make(OfflineTree tree) throws IOException {
        Files.createDirectories(tree.sources);
        Files.writeString(tree.sources.resolve("lkvm"), "#!/bin/true " + "x".repeat(5_000));
        for (String each : List.of("etc/sysctl.d", "etc/systemd/system", "usr/local/bin", "opt/kept", "var")) {
            Files.createDirectories(tree.root.resolve(each));
        }
        tree.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n", 0644);
        tree.write("etc/group", "root:x:0:\nkvm:x:103:alice\nlast:x:999:", 0644);
        tree.write("etc/gshadow", "root:*::\nkvm:!::alice\nlast:!::\n", 0640);
        tree.write("etc/sysctl.d/60-nofear.conf", "# the admin's\n", 0600);
        tree.write("usr/local/bin/nofear", "#!/bin/sh\necho another program of this name\n", 0755);
        Files.createSymbolicLink(tree.root.resolve("opt/link"), Path.of("kept"));
        Files.createSymbolicLink(tree.root.resolve("opt/file-by-link"), Path.of("kept/file"));
        tree.write("opt/kept/file", "behind a link\n", 0644);
        if (AS_ROOT) {
            OS.setExtendedAttribute(
                    tree.root.resolve("etc/sysctl.d/60-nofear.conf"),
                    "user.note",
                    "x".getBytes(StandardCharsets.UTF_8));
        }
        return tree;
    }

    void write(String path, String text, int mode) throws IOException {
        Files.createDirectories(
                Optional.ofNullable(root.resolve(path).getParent()).orElse(root));
        Files.deleteIfExists(root.resolve(path));
        Files.writeString(root.resolve(path), text);
        Files.setAttribute(root.resolve(path), "unix:mode", mode);
    }

    FakeSystem machine() {
        return system.orElseThrow();
    }

    /** One of each kind that the tree can have. */
    List<Resource> resources() {
        List<Resource> all = new ArrayList<>(files());
        if (system.isPresent()) {
            all.addAll(
                    0,
                    List.of(
                            new PackageResource("one", PackageManager.APT, "a"),
                            new PackageResource("two", PackageManager.APT, "b")));
            all.add(new Sysctl("net.ipv4.ip_forward", "1", "forwarding now"));
            all.add(new FirewallTable("inet", "nofear", "table inet nofear { chain a { } }", "guests' packets"));
            if (AS_ROOT) {
                all.add(new FileCapability("/usr/bin/distro-lkvm", Capability.NET_ADMIN, "a distribution's lkvm"));
            }
        }
        return all;
    }

    private List<Resource> files() {
        Permissions file = mine(0644);
        return List.of(
                new GroupResource("nofear", "who may run VMs"),
                new GroupMembership("nofear", "alice", "asked for"),
                new DirectoryResource("/usr/local/lib/nofear", mine(0755), "what NoFear needs"),
                new DirectoryResource("/opt/kept", mine(0700), "is there already"),
                new FileResource(
                        "/etc/sysctl.d/60-nofear.conf", Content.of("net.ipv4.ip_forward = 1\n"), file, "forwarding"),
                new FileResource(
                        "/usr/local/lib/nofear/deep/er/launch.conf",
                        Content.of("kernel = bzImage\n"),
                        file,
                        "launcher"),
                new BuiltFile(
                        "/usr/local/lib/nofear/lkvm",
                        sources.resolve("lkvm"),
                        new Permissions(0750, ME, AS_ROOT ? "nofear" : ME),
                        AS_ROOT ? Optional.of(Capability.NET_ADMIN) : Optional.empty(),
                        "the VMM"),
                new BuiltFile("/usr/local/bin/nofear", sources.resolve("lkvm"), mine(0755), "the launcher"),
                new SymlinkResource("/opt/file-by-link", "/usr/local/bin/nofear", "a link that was another"),
                new SymlinkResource("/opt/new-link", "kept", "a new link"),
                text("/opt/link", "a file where a link was\n"),
                text("/etc/systemd/system/nofear-network.service", "[Service]\n"),
                new ServiceUnit(
                        "nofear-network.service",
                        "/etc/systemd/system/nofear-network.service",
                        "multi-user.target",
                        "1",
                        "network at boot"));
    }

    private static Resource text(String path, String text) {
        return new FileResource(path, Content.of(text), mine(0644), "test");
    }

    static Permissions mine(int mode) {
        return new Permissions(mode, ME, ME);
    }

    Target target(Checkpoint checkpoint) {
        SafeFiles files = new SafeFiles(root, OS, checkpoint);
        return system.map(live -> new Target(
                        new Host(Path.of("/"), live.tools(), live.runner(checkpoint), OS), files, Optional.empty()))
                .orElseGet(() -> new Target(Host.offline(root), files, Optional.empty()));
    }

    Outcome install(Checkpoint checkpoint, List<Resource> resources) throws IOException {
        return installer(checkpoint).install(List.of(Stage.of(resources)), OPTIONS);
    }

    Plan plan(List<Resource> resources) throws IOException {
        return installer(Checkpoint.NONE).plan(List.of(Stage.of(resources)));
    }

    Installer installer(Checkpoint checkpoint) {
        Target target = target(checkpoint);
        return new Installer(target, new StateStore(target, "test"), new Silence(), Interrupt.NEVER);
    }

    Uninstaller uninstaller(Checkpoint checkpoint) {
        Target target = target(checkpoint);
        return new Uninstaller(target, new StateStore(target, "test"), new Silence(), Interrupt.NEVER);
    }

    Outcome install() throws IOException {
        return install(Checkpoint.NONE, resources());
    }

    Outcome uninstall(Checkpoint checkpoint) throws IOException {
        return uninstaller(checkpoint).uninstall();
    }

    Outcome uninstall() throws IOException {
        return uninstall(Checkpoint.NONE);
    }

    /** Every path with its type, mode, owner, content and extended attributes. */
    Map<String, String> picture() throws IOException {
        Map<String, String> picture = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.forEach(path -> picture.put(root.relativize(path).toString(), look(path)));
        }
        system.ifPresent(live -> {
            live.tables.forEach((name, text) -> picture.put("table " + name, text));
            live.running.forEach(unit -> picture.put("unit " + unit, "running"));
        });
        return picture;
    }

    /** The picture without NoFear's own state, which differs from run to run. */
    Map<String, String> pictureWithoutState() throws IOException {
        Map<String, String> picture = picture();
        picture.keySet().removeIf(path -> path.startsWith("var/lib/nofear"));
        return picture;
    }

    private static String look(Path path) {
        try {
            Map<String, Object> found = Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
            StringBuilder line = new StringBuilder(String.format(
                    "%o %s:%s", (Integer) found.getOrDefault("mode", 0), found.get("uid"), found.get("gid")));
            for (String name : OS.extendedAttributeNames(path)) {
                line.append(' ').append(name).append('=');
                OS.extendedAttribute(path, name)
                        .ifPresent(value -> line.append(HexFormat.of().formatHex(value)));
            }
            if (Files.isSymbolicLink(path)) {
                line.append(" -> ").append(Files.readSymbolicLink(path));
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                line.append(' ').append(Digests.sha256(Files.readAllBytes(path)));
            }
            return line.toString();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
