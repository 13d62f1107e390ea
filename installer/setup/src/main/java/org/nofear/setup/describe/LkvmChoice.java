package org.nofear.setup.describe;

import java.nio.file.Path;
import java.util.Optional;
import org.nofear.distro.PackageNeed;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.kvmtool.KvmtoolSource;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;

/** Where lkvm comes from. */
sealed interface LkvmChoice {

    /** As it is shown. */
    String words();

    /**
     * There is none.
     *
     * @param why in a few words
     */
    record None(String why) implements LkvmChoice {
        @Override
        public String words() {
            return "no lkvm (" + why + ")";
        }
    }

    /** A program that is there: given, or found. */
    record Existing(Path program) implements LkvmChoice {
        @Override
        public String words() {
            return "lkvm from " + program;
        }
    }

    /**
     * Built.
     *
     * @param insisted whether it was asked for: then a build that fails is an error, and not a reason to do without
     */
    record Built(KvmtoolSource source, boolean insisted) implements LkvmChoice {
        @Override
        public String words() {
            return "lkvm built from " + source.title();
        }
    }

    /** What is asked for, else what is there, else upstream's source where the processor could make use of it. */
    static LkvmChoice of(Host host, HostFacts facts, InstallOptions options) {
        if (options.vmm() == InstallOptions.Vmm.QEMU) {
            return new None("--vmm qemu");
        }
        if (options.lkvm().isPresent()) {
            return new Existing(options.lkvm().get());
        }
        if (options.kvmtoolSource().isPresent()) {
            return new Built(source(options.kvmtoolSource().get()), true);
        }
        Optional<Path> found = facts.vmm().lkvm().stream().map(Path::of).findFirst();
        if (found.isPresent()) {
            return new Existing(found.get());
        }
        boolean insisted = options.vmm() == InstallOptions.Vmm.LKVM;
        if (!insisted && !facts.kvm().device().present()) {
            return new None("there is no /dev/kvm");
        }
        if (!insisted && !facts.kvm().cpu().virtualization()) {
            return new None("the processor shows no virtualisation");
        }
        if (!insisted && !Needs.obtainable(host, facts, PackageNeed.GIT)) {
            return new None("there is no git to fetch its source");
        }
        return new Built(KvmtoolSource.UPSTREAM, insisted);
    }

    private static KvmtoolSource source(String words) {
        try {
            return KvmtoolSource.of(words);
        } catch (org.nofear.build.BuildException none) {
            throw new UserError(ExitCode.USAGE, "--kvmtool-source: " + none.getMessage());
        }
    }
}
