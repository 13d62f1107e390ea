package org.nofear.launch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nofear.contract.ConfigFile;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.ConfigType;
import org.nofear.contract.GuestLink;
import org.nofear.contract.NetworkMode;
import org.nofear.contract.PlanKey;
import org.nofear.contract.SharedDirectories;
import org.nofear.contract.VmmKind;

/**
 * From what was generated, what is asked for and what the host shows now, to a launch plan. It decides everything that can be
 * decided before the VM starts.
 *
 * @param config what install generated
 * @param caller who runs it, and where
 * @param own who the guest is
 */
public record LaunchPlanner(LaunchConfig config, Caller caller, GuestEtc own) {

    /** Below this, in MiB, the guest's kernel finds no room for its own. */
    static final int LEAST_MEMORY = 64;

    private static final long MEBIBYTE = 1L << 20;
    private static final int LARGEST_DEFAULT_MEMORY = 2048;
    private static final int LARGEST_DEFAULT_CPUS = 4;
    private static final long DISK_SIZE = 16L << 30;
    private static final int BOOT_DEADLINE = 60;
    private static final List<String> USER_NETWORK = List.of("10.0.2.15", "24", "10.0.2.2", "10.0.2.3");

    /** Directories that every guest has, and every host. */
    private static final List<String> GUESTS_OWN = List.of(
            "/",
            "/dev",
            "/dev/shm",
            "/etc",
            "/home",
            "/media",
            "/mnt",
            "/proc",
            "/root",
            "/run",
            "/srv",
            "/sys",
            "/tmp",
            "/var",
            "/var/tmp");

    /** What passes of the caller's environment unless more is asked for: how to talk to the user, and in which language. */
    private static final List<String> PASSED = List.of(
            "TERM",
            "COLORTERM",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "LANG",
            "LANGUAGE",
            "LC_*",
            "TZ",
            "LINES",
            "COLUMNS");

    /**
     * Refuses what cannot be, before anything is made for it.
     *
     * @throws LaunchError when the VMM cannot give a guest what is asked for
     */
    void check(RunOptions options) {
        int cpus = options.cpus().orElseGet(this::defaultCpus);
        command(vmm()).mostCpus().ifPresent(most -> {
            if (cpus > most) {
                throw LaunchError.failed(
                        "a guest under QEMU has at most " + most + " processors, not " + cpus + ": see --cpus");
            }
        });
    }

    /**
     * Plans a run.
     *
     * @param options what is asked for
     * @param tree the host's directories
     * @param seed the guest's /etc
     */
    public LaunchPlan plan(RunOptions options, SharedDirectories tree, Seed seed) {
        VmmKind vmm = vmm();
        NetworkMode network = network(options);
        Guest guest = guest(vmm, options, network, tree, seed);
        VmmCommand command = command(vmm);
        LaunchPlan.Builder plan = new LaunchPlan.Builder();
        plan.put(PlanKey.FORMAT, "nofear-plan-2");
        profile(plan, options, guest);
        vmm(plan, vmm, command, guest);
        if (switchedOn(ConfigKey.SNAPSHOT)) {
            new Snapshot(command, guest).plan(plan, caller.home().resolve(".snapshots"));
        }
        options.folders().forEach(folder -> folder(plan, folder));
        confinement(plan, vmm, command, guest, network);
        session(plan, options);
        Gui gui = new Gui(config, options);
        if (gui.possible()) {
            gui.plan(plan);
        }
        network(plan, network, reach(options));
        boot(plan, guest, tree);
        places(plan, guest, tree);
        plan.put(PlanKey.SEED, seed.image().toString());
        plan.put(PlanKey.TIMING, options.timing());
        plan.put(
                PlanKey.DEADLINE_BOOT, caller.variable("NOFEAR_BOOT_DEADLINE").orElse(Integer.toString(BOOT_DEADLINE)));
        return plan.build();
    }

    private VmmKind vmm() {
        String id = caller.variable("NOFEAR_VMM").orElseGet(() -> config.require(ConfigKey.VMM_KIND));
        return VmmKind.of(id)
                .orElseThrow(() -> LaunchError.failed("\"" + id + "\" is no VMM: " + ConfigType.VMM.words()));
    }

    private VmmCommand command(VmmKind vmm) {
        return switch (vmm) {
            case LKVM -> new LkvmCommand(Path.of(config.require(ConfigKey.LKVM_BINARY)));
            case QEMU_KVM -> new QemuCommand(Path.of(config.require(ConfigKey.QEMU_BINARY)), true);
            case QEMU_TCG -> new QemuCommand(Path.of(config.require(ConfigKey.QEMU_BINARY)), false);
        };
    }

    private NetworkMode network(RunOptions options) {
        if (reach(options) == Reach.NOTHING) {
            return NetworkMode.NONE;
        }
        NetworkMode network =
                config.get(ConfigKey.NETWORK).map(LaunchPlanner::networkMode).orElse(NetworkMode.USER);
        if (network == NetworkMode.USER && reach(options) == Reach.INTERNET) {
            throw LaunchError.failed(
                    "--network internet: only the host's firewall can keep a VM from the local network,"
                            + " and the VMM's own network goes past it: run \"sudo nofear-setup install --network tap\"");
        }
        return network;
    }

    private static NetworkMode networkMode(String id) {
        return NetworkMode.of(id)
                .orElseThrow(() -> LaunchError.failed("\"" + id + "\" is no network: tap, user or none"));
    }

    /** What is asked for, else what the administrator says. */
    private Reach reach(RunOptions options) {
        return options.reach() == Reach.DEFAULT
                ? config.get(ConfigKey.NETWORK_REACH).map(Reach::of).orElse(Reach.LAN)
                : options.reach();
    }

    private Guest guest(VmmKind vmm, RunOptions options, NetworkMode network, SharedDirectories tree, Seed seed) {
        Optional<Path> disk = options.temporary()
                ? Optional.empty()
                : Optional.of(caller.profile(options.profile()).resolve("disk.img"));
        return new Guest(
                kernel(vmm),
                Path.of(config.require(ConfigKey.INITRD)),
                seed.image(),
                Guest.shares(tree, options.folders()),
                disk,
                options.memory().orElseGet(this::defaultMemory),
                options.cpus().orElseGet(this::defaultCpus),
                network,
                config.get(ConfigKey.KERNEL_APPEND)
                        .map(words -> List.of(words.split(" +")))
                        .orElse(List.of()));
    }

    /**
     * QEMU has a way around firmware and unpacking (PVH), which takes a tenth of the time of a launch off; the kernel's ELF file
     * for it is beside the other.
     */
    private Path kernel(VmmKind vmm) {
        Path kernel = Path.of(config.require(ConfigKey.KERNEL));
        Path elf = elf(kernel);
        return vmm != VmmKind.LKVM && Files.isRegularFile(elf) ? elf : kernel;
    }

    private static Path elf(Path kernel) {
        return kernel.resolveSibling("vmlinux");
    }

    /** Half of the host's memory, at most 2 GiB: it is only an upper limit, pages are taken as the guest touches them. */
    private int defaultMemory() {
        return config.get(ConfigKey.MEMORY)
                .map(size -> Sizes.mebibytes(ConfigFile.ADMIN + ": memory", size, LEAST_MEMORY))
                .orElseGet(() -> Math.toIntExact(Math.min(caller.hostMemory() / 2 / MEBIBYTE, LARGEST_DEFAULT_MEMORY)));
    }

    private int defaultCpus() {
        return config.get(ConfigKey.CPUS)
                .map(Integer::valueOf)
                .orElseGet(() -> Math.min(Runtime.getRuntime().availableProcessors(), LARGEST_DEFAULT_CPUS));
    }

    private void profile(LaunchPlan.Builder plan, RunOptions options, Guest guest) {
        plan.put(PlanKey.PROFILE, options.profile().value());
        plan.put(PlanKey.PROFILE_DIR, caller.profile(options.profile()).toString());
        plan.put(PlanKey.TEMPORARY, options.temporary());
        plan.put(PlanKey.RUN_DIR, caller.runDirectory().toString());
        plan.put(PlanKey.ALLOW_ROOT, caller.root());
        linger(options).ifPresent(seconds -> plan.put(PlanKey.LINGER, seconds));
        guest.disk().ifPresent(disk -> {
            plan.put(PlanKey.DISK, disk.toString())
                    .put(PlanKey.DISK_SIZE, options.diskSize().orElseGet(this::defaultDiskSize))
                    .put(PlanKey.DISK_MKFS, config.require(ConfigKey.MKE2FS));
            // Only what is asked for makes an existing disk larger.
            options.diskSize()
                    .ifPresent(size -> plan.put(PlanKey.DISK_GROW, size).put(PlanKey.BOOT_DISK_GROW, size));
        });
    }

    /** What is asked for, else what the administrator says. Nobody could join a temporary VM, nor see what goes on in it. */
    private Optional<Integer> linger(RunOptions options) {
        return options.temporary()
                ? Optional.of(0)
                : options.linger().or(() -> config.get(ConfigKey.LINGER).map(Integer::valueOf));
    }

    private long defaultDiskSize() {
        return config.get(ConfigKey.DISK_SIZE)
                .map(size -> Sizes.bytes(ConfigFile.ADMIN + ": disk.size", size))
                .orElse(DISK_SIZE);
    }

    private static void vmm(LaunchPlan.Builder plan, VmmKind vmm, VmmCommand command, Guest guest) {
        plan.put(PlanKey.VMM_KIND, vmm.id());
        plan.putAll(PlanKey.VMM_ARG, command.arguments(guest));
        plan.put(PlanKey.CHANNEL, command.channel());
    }

    /** One of the caller's folders, for shares.c to open: that very one, and no other. */
    private static void folder(LaunchPlan.Builder plan, RunOptions.SharedFolder folder) {
        plan.put(PlanKey.SHARE_PATH, folder.directory().toString())
                .put(PlanKey.SHARE_ID, folder.id().toString())
                .put(PlanKey.SHARE_MODE, (folder.readOnly() ? Guest.Mode.RO : Guest.Mode.RW).id());
    }

    /** What the VMM may touch, besides the caller's folders. */
    private void confinement(
            LaunchPlan.Builder plan, VmmKind vmm, VmmCommand command, Guest guest, NetworkMode network) {
        plan.put(PlanKey.LANDLOCK, switchedOn(ConfigKey.CONFINEMENT));
        // lkvm changes modes, times and sizes by path, following links, which Landlock does not (all) see. And it can't
        // open root's files as an overlay asks for without help: it always has its supervisor.
        plan.put(PlanKey.SUPERVISE, vmm == VmmKind.LKVM);
        List<String> directories = guest.hostShares().stream()
                .map(share -> share.directory().toString())
                .toList();
        plan.putAll(PlanKey.CONFINE_OPENS, directories);
        List<String> read = new ArrayList<>(List.of(
                "/usr",
                "/bin",
                "/sbin",
                "/lib",
                "/lib64",
                "/etc/ld.so.cache",
                "/dev/urandom",
                "/sys/devices/system/cpu/online",
                "/sys/devices/system/cpu/possible"));
        read.add(config.library().toString());
        read.add(guest.kernel().toString());
        read.add(guest.image().toString());
        read.add(guest.seed().toString());
        if (network == NetworkMode.USER) {
            // QEMU's own little network asks the host's name servers.
            read.add("/etc/resolv.conf");
        }
        List<String> write = new ArrayList<>(List.of("/dev/null"));
        guest.disk().ifPresent(disk -> write.add(disk.toString()));
        read.addAll(directories);
        write.addAll(command.devices(guest));
        plan.putAll(PlanKey.CONFINE_READ, read.stream().distinct().toList());
        plan.putAll(PlanKey.CONFINE_WRITE, write.stream().distinct().toList());
        plan.putAll(PlanKey.CONFINE_EXECUTE, List.of(command.arguments(guest).get(0), "/usr/lib", "/lib", "/lib64"));
    }

    /** The administrator can switch some things off, to see whether they stand in the way. */
    private boolean switchedOn(ConfigKey what) {
        return !config.get(what).orElse("on").equals("off");
    }

    private void session(LaunchPlan.Builder plan, RunOptions options) {
        plan.putAll(PlanKey.ENV_PASS, PASSED);
        config.get(ConfigKey.ENV_PASS).ifPresent(names -> plan.putAll(PlanKey.ENV_PASS, List.of(names.split("[ ,]+"))));
        for (String variable : options.environment()) {
            plan.put(variable.contains("=") ? PlanKey.ENV_SET : PlanKey.ENV_PASS, variable);
        }
        options.workdir().ifPresent(directory -> plan.put(PlanKey.WORKDIR, directory));
        // Root of the host, where it is allowed, is root of the guest: two names for the number 0 would be one too
        // many.
        plan.put(PlanKey.USER, options.root() || caller.root() ? "root" : "guest");
    }

    private void network(LaunchPlan.Builder plan, NetworkMode network, Reach reach) {
        plan.put(PlanKey.NET_MODE, network.id());
        config.get(ConfigKey.SUBNET).ifPresent(subnet -> plan.put(PlanKey.NET_SUBNET, subnet));
        plan.put(PlanKey.NET_REACH, reach.id());
        if (network == NetworkMode.TAP) {
            plan.put(
                    PlanKey.NET_TAP_MAKER,
                    config.library().resolve("nofear-tap").toString());
            plan.putAll(PlanKey.NET_DNS, new Resolvers(Path.of("/")).servers());
        }
    }

    private void boot(LaunchPlan.Builder plan, Guest guest, SharedDirectories tree) {
        for (Guest.Share share : guest.shares()) {
            plan.put(PlanKey.BOOT_SHARE_TAG, share.tag());
            plan.put(PlanKey.BOOT_SHARE_PATH, share.path());
            plan.put(PlanKey.BOOT_SHARE_MODE, share.mode().id());
        }
        for (SharedDirectories.Link link : tree.links()) {
            plan.put(PlanKey.BOOT_LINK_PATH, link.path());
            plan.put(PlanKey.BOOT_LINK_TARGET, link.target());
        }
        // In the order of the command line.
        guest.disk().ifPresent(disk -> plan.put(PlanKey.BOOT_DISK, "vda"));
        plan.put(PlanKey.BOOT_SEED, guest.disk().isPresent() ? "vdb" : "vda");
        plan.put(PlanKey.BOOT_HOSTNAME, own.hostName());
        plan.put(PlanKey.BOOT_USER_NAME, own.user());
        plan.put(PlanKey.BOOT_USER_UID, caller.uid());
        plan.put(PlanKey.BOOT_USER_GID, caller.gid());
        plan.put(PlanKey.BOOT_USER_HOME, own.home());
        if (guest.network() == NetworkMode.TAP) {
            plan.put(PlanKey.BOOT_NET_GATEWAY_MAC, GuestLink.GATEWAY_MAC);
        }
        if (guest.network() == NetworkMode.USER) {
            plan.put(PlanKey.BOOT_NET_ADDRESS, USER_NETWORK.get(0));
            plan.put(PlanKey.BOOT_NET_PREFIX, USER_NETWORK.get(1));
            plan.put(PlanKey.BOOT_NET_GATEWAY, USER_NETWORK.get(2));
            plan.put(PlanKey.BOOT_NET_DNS, USER_NETWORK.get(3));
        }
    }

    /**
     * Which of the host's directories the guest has, and where: a working directory or a shell elsewhere is nothing to tell it of.
     * Below the shares it knows everything; of its own directories it has those alone.
     */
    private static void places(LaunchPlan.Builder plan, Guest guest, SharedDirectories tree) {
        plan.putAll(PlanKey.PLACE_BOTH, GUESTS_OWN);
        for (SharedDirectories.Link link : tree.links()) {
            plan.put(PlanKey.PLACE_HOST, link.path());
            plan.put(PlanKey.PLACE_GUEST, link.path());
        }
        for (Guest.Share share : guest.shares()) {
            plan.put(PlanKey.PLACE_HOST, share.directory().toString());
            plan.put(PlanKey.PLACE_GUEST, share.path());
        }
    }

    /** The stamps that make the plan out of date: all that it was made from. */
    static List<Path> sources(LaunchConfig config, SharedDirectories tree, Seed seed, RunOptions options) {
        List<Path> sources = new ArrayList<>(config.files());
        Stream.concat(tree.followed().stream(), tree.absent().stream())
                .map(Path::of)
                .forEach(sources::add);
        options.folders().forEach(folder -> sources.addAll(folder.links()));
        sources.addAll(seed.sources());
        sources.add(seed.image());
        sources.addAll(new Resolvers(Path.of("/")).sources());
        MenuEntries.SYSTEM.forEach(sources::add);
        sources.add(Path.of("/usr/bin/pulseaudio"));
        config.get(ConfigKey.KERNEL).map(Path::of).ifPresent(kernel -> sources.addAll(List.of(kernel, elf(kernel))));
        config.get(ConfigKey.INITRD).map(Path::of).filter(Files::exists).ifPresent(sources::add);
        config.get(ConfigKey.QEMU_BINARY)
                .map(Path::of)
                .ifPresent(qemu -> sources.addAll(List.of(qemu, Snapshot.target(qemu))));
        return sources;
    }
}
