package org.nofear.setup.doctor;

import org.nofear.distro.Distribution;
import org.nofear.distro.OsRelease;
import org.nofear.facts.Architecture;

/** The distribution and the machine. */
final class HostChecks {

    private HostChecks() {}

    /** Which distribution. */
    static final class Distro implements Check {
        @Override
        public String id() {
            return "host.distro";
        }

        @Override
        public Finding run(DoctorContext context) {
            Distribution distribution = context.facts().distribution();
            OsRelease release = distribution.osRelease();
            String family = context.facts().family().id();
            Finding finding = distribution.match() == Distribution.Match.NONE
                    ? Finding.warn(
                            release.prettyName()
                                    + " is not known to NoFear: what can be probed is probed, packages are "
                                    + "only named",
                            "add ID_LIKE=FAMILY to /etc/os-release if it is made from debian, fedora, arch or another known "
                                    + "distribution; else nothing is needed")
                    : Finding.pass(release.prettyName() + ", of the " + family + " family");
            return finding.with("id", release.id())
                    .with("release", context.facts().release())
                    .with("family", family)
                    .with("recognised by", distribution.match().name())
                    .with("packages", context.facts().packageManager().name())
                    .with("init", context.facts().init().id());
        }
    }

    /** Which processor architecture. */
    static final class Arch implements Check {
        @Override
        public String id() {
            return "host.arch";
        }

        @Override
        public Finding run(DoctorContext context) {
            Architecture architecture = context.facts().architecture();
            Finding finding = switch (architecture) {
                case X86_64 -> Finding.pass(architecture.id());
                case AARCH64 ->
                    Finding.warn(architecture.id() + ": guests are only tested on x86_64", "nofear run -- uname -m");
                case UNKNOWN ->
                    context.live()
                            ? none("an unknown architecture")
                            : Finding.skip(
                                    "the tree has no /bin/sh to tell its architecture by",
                                    "nofear-setup doctor --root DIR with the top of a whole system");
                default -> none(architecture.id());
            };
            String kernel = context.facts().kernelRelease();
            return finding.with("kernel", kernel.isEmpty() ? "not running" : kernel);
        }

        private static Finding none(String architecture) {
            return Finding.fail(
                    architecture + ": NoFear's guests need a 64-bit x86 processor",
                    "use an x86_64 machine, with an x86_64 kernel");
        }
    }
}
