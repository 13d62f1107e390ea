package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.nofear.contract.ConfigKey;
import org.nofear.contract.VmmKind;
import org.nofear.distro.PackageNeed;
import org.nofear.setup.resource.Capability;

/** The virtual machine monitor in use. */
final class VmmChecks {

    private VmmChecks() {}

    /** The program of the VMM in use, as launch.conf has it. */
    static Optional<String> program(Installed installed) {
        return installed
                .vmm()
                .flatMap(kind -> installed.get(kind == VmmKind.LKVM ? ConfigKey.LKVM_BINARY : ConfigKey.QEMU_BINARY));
    }

    /** The capabilities of a file; empty when it has none. */
    static Optional<byte[]> capability(DoctorContext context, String program) throws IOException {
        Optional<Path> file = context.host().file(program);
        return file.isPresent()
                ? context.host().os().extendedAttribute(file.get(), Capability.ATTRIBUTE)
                : Optional.empty();
    }

    /** Whether the program is there, and the user may run it. */
    static final class Binary implements Check {
        @Override
        public String id() {
            return "vmm.binary";
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            Installed installed = context.installed();
            if (!installed.present()) {
                return Finding.fail("NoFear is not installed", context.fixes().install())
                        .with("lkvm found", found(context.facts().vmm().lkvm()))
                        .with(
                                "qemu found",
                                found(context.facts().vmm().qemu().stream()
                                        .map(qemu -> qemu.path())
                                        .toList()));
            }
            if (installed.vmm().isEmpty() && !context.live()) {
                return Finding.skip(
                        "the VMM is chosen by booting a guest, which only the machine itself can do",
                        "sudo nofear-setup install");
            }
            if (installed.vmm().isEmpty()) {
                return Finding.fail(
                                "no VMM is recorded: no guest ran when NoFear was installed, or that was cut short",
                                context.fixes().repair())
                        .with("file", context.layout().vmmConfig());
            }
            VmmKind kind = installed.vmm().get();
            Optional<String> program = program(installed);
            if (program.isEmpty()) {
                return Finding.fail(
                        "no program is recorded for " + kind.title() + " in "
                                + context.layout().launchConfig(),
                        context.fixes().repair());
            }
            Optional<Path> file = context.host().file(program.get()).filter(Files::isRegularFile);
            if (file.isEmpty()) {
                return Finding.fail(
                        program.get() + " is gone",
                        kind == VmmKind.LKVM
                                ? context.fixes().repair()
                                : context.fixes().packages(PackageNeed.QEMU));
            }
            return runnable(context, kind, program.get(), file.get());
        }

        private static Finding runnable(DoctorContext context, VmmKind kind, String program, Path file)
                throws IOException {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            String group = attributes.group().getName();
            boolean all = attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE);
            boolean members = attributes.permissions().contains(PosixFilePermission.GROUP_EXECUTE);
            User user = context.user();
            boolean owner = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE)
                    && attributes.owner().getName().equals(user.name());
            Finding finding;
            if (user.root() || all || owner || (members && user.in(group))) {
                finding = Finding.pass(kind.title() + " is " + program);
            } else if (!context.live()) {
                finding = Finding.pass(kind.title() + " is " + program + ", for members of " + group);
            } else if (members && user.willBeIn(group)) {
                finding = Finding.fail(
                        user.name() + " may run " + program + " from the next login on", "newgrp " + Fixes.word(group));
            } else if (members) {
                finding = Finding.fail(
                        user.name() + " may not run " + program, context.fixes().join(user.name(), Fixes.word(group)));
            } else {
                finding = Finding.fail(
                        program + " is not executable", context.fixes().repair());
            }
            return finding.with("vmm", kind.id())
                    .with(
                            "mode",
                            PosixFilePermissions.toString(attributes.permissions()) + " "
                                    + attributes.owner().getName() + ":" + group);
        }

        private static String found(List<String> programs) {
            return programs.isEmpty() ? "none" : String.join(" ", programs);
        }
    }

    /** Whether nofear-tap has the capability that it needs, and nothing else has one. */
    static final class Capabilities implements Check {
        @Override
        public String id() {
            return "vmm.capability";
        }

        @Override
        public List<String> dependsOn() {
            return List.of("vmm.binary");
        }

        @Override
        public Finding run(DoctorContext context) throws IOException {
            Installed installed = context.installed();
            String vmm = program(installed).orElse("");
            String maker = context.layout().tapMaker();
            Optional<byte[]> vmms = capability(context, vmm);
            Optional<byte[]> makers = capability(context, maker);
            Finding finding;
            if (vmms.isPresent()) {
                finding = vmm.equals(context.layout().lkvm())
                        ? Finding.fail(
                                vmm + " has capabilities, and needs none",
                                context.fixes().repair())
                        : Finding.warn(vmm + " has capabilities, and needs none", "sudo setcap -r " + Fixes.word(vmm));
            } else if (installed.routed()) {
                finding = maker(context, maker, makers);
            } else {
                finding = Finding.pass(vmm.isEmpty() ? "none is needed" : "none is needed, and " + vmm + " has none");
            }
            return finding.with("network", installed.network().id())
                    .with(
                            Capability.ATTRIBUTE,
                            makers.map(HexFormat.of()::formatHex).orElse("none"));
        }

        private static Finding maker(DoctorContext context, String maker, Optional<byte[]> found) {
            String repair = context.fixes().repair();
            if (context.host().file(maker).isEmpty()) {
                return Finding.fail(maker + " is gone: guests get no network", repair);
            }
            if (found.isEmpty()) {
                return Finding.fail(maker + " has lost cap_net_admin: guests get no network", repair);
            }
            return Arrays.equals(found.get(), Capability.NET_ADMIN.bytes())
                    ? Finding.pass(maker + " has cap_net_admin, and the VMM has nothing")
                    : Finding.fail(maker + " has other capabilities than cap_net_admin", repair);
        }
    }
}
