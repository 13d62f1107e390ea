package org.nofear.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nofear.contract.NetworkMode;

/**
 * The options of {@code nofear-setup install}, checked.
 *
 * @param root {@code /}, or the top of an offline tree (absolute): files only, nothing live
 * @param vmm which VMM is to be used
 * @param lkvm an existing lkvm to use; empty: looked for, or built
 * @param kvmtoolSource where kvmtool's source is: a directory, a tarball or a git URL; empty: upstream's at a pinned commit
 * @param kernel where the guest kernel comes from
 * @param kernelSource the kernel's source: a directory or a tarball; empty: the distribution's
 * @param network how guests reach the network; empty: the best that the host lets us have
 * @param gui whether programs with windows are to work: what they need is then installed
 * @param users who may run VMs; empty list: nobody is added
 * @param prefix absolute, normalised; default {@code /usr/local}
 * @param jobs parallel jobs of builds, at least 1
 * @param yes nothing is asked
 * @param dryRun changes are shown, none is made
 * @param force running VMs may lose their network
 */
public record InstallOptions(
        Path root,
        Vmm vmm,
        Optional<Path> lkvm,
        Optional<String> kvmtoolSource,
        Kernel kernel,
        Optional<String> kernelSource,
        Optional<NetworkMode> network,
        Gui gui,
        List<String> users,
        Path prefix,
        int jobs,
        boolean yes,
        boolean dryRun,
        boolean force) {

    private static final Path DEFAULT_PREFIX = Path.of("/usr/local");

    public InstallOptions {
        users = List.copyOf(users);
        if (!root.isAbsolute() || !prefix.isAbsolute()) {
            throw new IllegalArgumentException("root and prefix are absolute paths");
        }
        if (jobs < 1) {
            throw new IllegalArgumentException("at least one job: " + jobs);
        }
    }

    /** What install does without any option, on a tree. */
    public static InstallOptions defaults(Path root) {
        return new InstallOptions(
                root,
                Vmm.AUTO,
                Optional.empty(),
                Optional.empty(),
                new Kernel.Build(),
                Optional.empty(),
                Optional.empty(),
                Gui.AUTO,
                List.of(),
                DEFAULT_PREFIX,
                Runtime.getRuntime().availableProcessors(),
                false,
                false,
                false);
    }

    /** The same with another VMM. */
    public InstallOptions with(Vmm other) {
        return with(other, force);
    }

    /** The same, whoever runs VMs. */
    public InstallOptions forced() {
        return with(vmm, true);
    }

    private InstallOptions with(Vmm other, boolean forced) {
        return new InstallOptions(
                root,
                other,
                lkvm,
                kvmtoolSource,
                kernel,
                kernelSource,
                network,
                gui,
                users,
                prefix,
                jobs,
                yes,
                dryRun,
                forced);
    }

    /**
     * As words of a command line, to install the same once more. Options that say how to build (sources of lkvm, jobs) are left
     * out, since what was built is there; and what no line of a file could hold.
     */
    public List<String> words() {
        List<String> words = new ArrayList<>();
        words.add("--vmm=" + lower(vmm));
        if (kernel instanceof Kernel.Stock) {
            words.add("--kernel=stock");
        } else if (kernel instanceof Kernel.Given given) {
            words.add("--kernel=" + given.image());
        }
        kernelSource.ifPresent(source -> words.add("--kernel-source=" + source));
        network.ifPresent(mode -> words.add("--network=" + lower(mode)));
        words.add("--gui=" + lower(gui));
        users.forEach(user -> words.add("--user=" + user));
        words.add("--prefix=" + prefix);
        return words.stream().filter(word -> word.lines().count() == 1).toList();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Which VMM. */
    public enum Vmm {
        /** lkvm where it can be had and runs a guest, else QEMU. */
        AUTO,
        LKVM,
        QEMU
    }

    /** Programs with windows. */
    public enum Gui {
        /** On a host that shows windows, where its distribution has Xpra. */
        AUTO,
        YES,
        NO
    }

    /** Where the guest kernel comes from. */
    public sealed interface Kernel {
        /** Built from source with NoFear's configuration. */
        record Build() implements Kernel {}

        /** The host's own kernel, with an initramfs that carries its modules. */
        record Stock() implements Kernel {}

        /**
         * A bzImage.
         *
         * @param image absolute
         */
        record Given(Path image) implements Kernel {}
    }
}
