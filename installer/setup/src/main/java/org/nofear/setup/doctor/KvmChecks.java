package org.nofear.setup.doctor;

import java.util.List;
import java.util.Optional;
import org.nofear.contract.VmmKind;
import org.nofear.facts.CpuInfo;
import org.nofear.facts.DeviceNode;
import org.nofear.facts.Enclosure;
import org.nofear.facts.KvmFacts;

/** KVM: what is seen of it, and whether it runs guests. With the emulation in use, what is missing is no failure. */
final class KvmChecks {

    private static final String DEVICE = "/dev/kvm";

    private KvmChecks() {}

    private static Finding problem(DoctorContext context, String summary, String fix) {
        return context.installed().emulated()
                ? Finding.warn(summary + "; guests run in QEMU's emulation, slowly and with no security boundary", fix)
                : Finding.fail(summary, fix);
    }

    private static Finding noDevice(DoctorContext context) {
        return Finding.skip("there is no " + DEVICE, cause(context)).because("kvm.device");
    }

    /** Why there is no KVM, as what to do about it. */
    private static String cause(DoctorContext context) {
        CpuInfo cpu = context.facts().kvm().cpu();
        return switch (context.facts().enclosure().kind()) {
            case CONTAINER -> "give the container the device: --device " + DEVICE;
            case WSL -> "set nestedVirtualization=true under [wsl2] in .wslconfig, then: wsl --shutdown";
            case VIRTUAL_MACHINE ->
                cpu.virtualization()
                        ? module(cpu)
                        : "enable nested virtualization for this VM on its host (QEMU: -cpu host), and start it again";
            case BARE_METAL ->
                cpu.virtualization()
                        ? module(cpu)
                        : "enable Intel VT-x or AMD-V (SVM) in the firmware's setup, and start the machine again";
        };
    }

    private static String module(CpuInfo cpu) {
        return "sudo modprobe " + (cpu.flags().contains("svm") ? "kvm_amd" : "kvm_intel");
    }

    /** The device. */
    static final class Device implements Check {
        @Override
        public String id() {
            return "kvm.device";
        }

        @Override
        public Finding run(DoctorContext context) {
            KvmFacts kvm = context.facts().kvm();
            if (!context.live()) {
                return context.offline(DEVICE);
            }
            Finding finding = kvm.device().present()
                    ? Finding.pass(DEVICE + " is there")
                    : problem(context, "there is no " + DEVICE, cause(context));
            return finding.with("modules", kvm.modules().isEmpty() ? "none" : String.join(" ", kvm.modules()))
                    .with(
                            "processor",
                            kvm.cpu().model().isEmpty() ? "unknown" : kvm.cpu().model())
                    .with("virtualization", kvm.cpu().virtualization() ? "shown by the processor" : "not shown");
        }
    }

    /** Whether the user may open it. */
    static final class MayUse implements Check {
        @Override
        public String id() {
            return "kvm.access";
        }

        @Override
        public List<String> dependsOn() {
            return List.of("kvm.device");
        }

        @Override
        public Finding run(DoctorContext context) {
            if (!context.live()) {
                return context.offline(DEVICE);
            }
            Optional<DeviceNode.Access> access = context.facts().kvm().device().access();
            if (access.isEmpty()) {
                return noDevice(context);
            }
            return judge(context, access.get())
                    .with(
                            DEVICE,
                            access.get().mode() + " " + access.get().owner() + ":"
                                    + access.get().group())
                    .with("user", context.user().name());
        }

        private static Finding judge(DoctorContext context, DeviceNode.Access access) {
            User user = context.user();
            boolean self = user.uid() == context.host().os().effectiveUserId();
            if (user.root() || access.mode().endsWith("rw-") || access.mode().endsWith("rwx")) {
                return Finding.pass(user.name() + " may use " + DEVICE);
            }
            boolean group = access.mode().startsWith("rw", 3);
            if (group && user.in(access.group())) {
                return Finding.pass(user.name() + " may use " + DEVICE + " as a member of " + access.group());
            }
            if (self && access.usable()) {
                return Finding.pass(user.name() + " may use " + DEVICE + " by its access list");
            }
            if (group && user.willBeIn(access.group())) {
                return problem(
                        context,
                        user.name() + " is in the group " + access.group() + " from the next login on",
                        "newgrp " + access.group());
            }
            return problem(
                    context,
                    user.name() + " may not use " + DEVICE,
                    group
                            ? context.fixes().join(user.name(), access.group())
                            : "sudo chgrp kvm " + DEVICE + " && sudo chmod 660 " + DEVICE);
        }
    }

    /** Whether it runs guests: that the device opens proves nothing. */
    static final class Runs implements Check {
        @Override
        public String id() {
            return "kvm.runs";
        }

        @Override
        public List<String> dependsOn() {
            return List.of("kvm.device");
        }

        @Override
        public Finding run(DoctorContext context) {
            if (!context.live()) {
                return context.offline("whether KVM runs guests");
            }
            KvmFacts kvm = context.facts().kvm();
            if (!kvm.device().present()) {
                return noDevice(context);
            }
            return judge(context)
                    .with(
                            "boot test",
                            context.installed().vmm().map(VmmKind::id).orElse("none recorded"))
                    .with("virtualization", kvm.cpu().virtualization() ? "shown by the processor" : "not shown");
        }

        private static Finding judge(DoctorContext context) {
            Optional<VmmKind> recorded = context.installed().vmm();
            if (recorded.isEmpty()) {
                return Finding.skip(
                                "no guest has been booted yet: install does that",
                                context.fixes().install())
                        .because("vmm.binary");
            }
            if (recorded.get().hardware()) {
                return Finding.pass(
                        "a guest ran on KVM, with " + recorded.get().title() + ", when NoFear was installed");
            }
            boolean shown = context.facts().kvm().cpu().virtualization();
            return problem(
                    context,
                    "no guest ran on KVM when NoFear was installed"
                            + (shown ? "" : ", and the processor shows no virtualization"),
                    shown ? context.fixes().install() : cause(context));
        }
    }

    /** Whether this machine is itself a guest. */
    static final class Nested implements Check {
        @Override
        public String id() {
            return "kvm.nested";
        }

        @Override
        public Finding run(DoctorContext context) {
            if (!context.live()) {
                return context.offline("what the machine runs in");
            }
            Enclosure enclosure = context.facts().enclosure();
            boolean virtualization = context.facts().kvm().cpu().virtualization();
            Finding finding = switch (enclosure.kind()) {
                case BARE_METAL -> Finding.pass("not nested: this is a real machine");
                case CONTAINER ->
                    context.facts().kvm().device().present()
                            ? Finding.pass("in a container (" + enclosure.name() + ") that has " + DEVICE)
                            : Finding.warn(
                                    "in a container (" + enclosure.name() + ") without " + DEVICE, cause(context));
                case VIRTUAL_MACHINE, WSL ->
                    virtualization
                            ? Finding.pass("in a VM (" + enclosure.name() + ") that may run VMs")
                            : Finding.warn(
                                    "in a VM (" + enclosure.name() + ") whose processor shows no virtualization",
                                    cause(context));
            };
            return finding.with(
                    "nested parameter",
                    context.facts().kvm().nested().map(on -> on ? "on" : "off").orElse("no such module"));
        }
    }
}
