package org.nofear.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.nofear.contract.GuestLink;
import org.nofear.contract.NetworkMode;

/**
 * QEMU's microvm: no PCI, no firmware to wait for, no device that is not needed. The legacy timer stays on: without it the
 * guest hangs under emulation.
 *
 * @param binary absolute
 * @param kvm hardware virtualisation, or QEMU's emulation
 */
record QemuCommand(Path binary, boolean kvm) implements VmmCommand {

    /**
     * The legacy interrupt controller is off where it is emulated: this machine's ACPI has none, so the guest's kernel leaves it as
     * reset did, when the timer's tick is vector 0, to the kernel a division by zero. QEMU 10's lets the tick through (half of
     * all boots ended so); 7.2's did not. KVM's own waits to be set up.
     */
    private static final String MACHINE = "microvm,rtc=on,acpi=on,pit=on,pic=";

    /** A guest that could run guests would have the nested half of the host's KVM to attack. lkvm's: cpuid.c. */
    private static final String NO_VIRTUALIZATION = ",vmx=off,svm=off";

    /**
     * A processor that says it copies bytes fast is asked to copy byte by byte, which an emulated one does in a loop: without,
     * the guest's kernel copies eight at a time, and clears and reads memory four times as fast.
     */
    private static final String NO_BYTE_COPIES = ",erms=off,fsrm=off";

    /** With more of them SeaBIOS's tables take more than the one page that the guest image leaves them: see CpioWriter. */
    private static final int MOST_CPUS = 32;

    @Override
    public OptionalInt mostCpus() {
        return OptionalInt.of(MOST_CPUS);
    }

    @Override
    public List<String> arguments(Guest guest) {
        List<String> words = new ArrayList<>(List.of(
                binary.toString(),
                "-name",
                "@NAME@",
                "-M",
                MACHINE + (kvm ? "on" : "off"),
                "-accel",
                kvm ? "kvm" : "tcg,thread=multi",
                "-cpu",
                (kvm ? "host" : "max" + NO_BYTE_COPIES) + NO_VIRTUALIZATION,
                "-smp",
                Integer.toString(guest.cpus()),
                "-m",
                guest.memory() + "M",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-no-reboot",
                "-sandbox",
                "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                "-kernel",
                guest.kernel().toString(),
                "-initrd",
                guest.image().toString(),
                "-append",
                kernelCommandLine(guest)));
        // The console's output is the log of a guest that does not come up.
        words.addAll(List.of("-serial", "stdio"));
        // No port more beside the one that is kept for a console: the guest's kernel makes queues for all that there
        // could be.
        words.addAll(List.of("-device", "virtio-serial-device,max_ports=" + (guest.hasFolders() ? 3 : 2)));
        words.addAll(port("channel", "nofear.0", "@CHANNEL_FD@"));
        if (guest.hasFolders()) {
            words.addAll(port("files", "nofear.files", "@FILES_FD@"));
        }
        for (Guest.Share share : guest.hostShares()) {
            words.addAll(share(share));
        }
        // A write that fails is the guest's to know of: by itself QEMU stops a VM when the host's disk is full, for
        // good.
        guest.disk().ifPresent(disk -> words.addAll(disk("disk", "cache=writeback,discard=unmap,werror=report", disk)));
        words.addAll(disk("seed", "readonly=on", guest.seed()));
        words.addAll(network(guest.network()));
        return List.copyOf(words);
    }

    /**
     * The guest's memory in a file of the caller's, whose content stays where it is when the state is written, and QEMU's monitor
     * to ask for that. With KVM a boot is no slower than this, and the memory would have no huge pages.
     */
    @Override
    public List<String> snapshotArguments(Guest guest) {
        return kvm
                ? List.of()
                : List.of(
                        "-machine",
                        "memory-backend=memory",
                        "-object",
                        "memory-backend-file,id=memory,share=on,mem-path=/proc/self/fd/@MEMORY_FD@,size="
                                + guest.memory() + "M",
                        "-chardev",
                        "socket,id=qmp,fd=@QMP_FD@",
                        "-mon",
                        "chardev=qmp,mode=control");
    }

    @Override
    public List<String> resumeArguments() {
        return kvm ? List.of() : List.of("-incoming", "defer");
    }

    private String kernelCommandLine(Guest guest) {
        List<String> words = new ArrayList<>(List.of("console=ttyS0", "quiet", "reboot=t", "panic=-1"));
        if (!kvm) {
            // An emulated processor speculates nothing, and pays dearly for every guard against it.
            words.add("mitigations=off");
            // Whether the timer's interrupts come: to find out takes four ticks of 10 ms. With KVM the kernel does not
            // ask.
            words.add("no_timer_check");
            // What the kernel can't find out there by itself, see tsc.c.
            words.addAll(List.of("tsc_early_khz=@TSC_KHZ@", "tsc=reliable"));
        }
        words.addAll(COMMON_WORDS);
        words.addAll(guest.append());
        return String.join(" ", words);
    }

    private static List<String> port(String id, String name, String descriptor) {
        return List.of(
                "-chardev",
                "socket,id=" + id + ",fd=" + descriptor,
                "-device",
                "virtserialport,chardev=" + id + ",name=" + name);
    }

    private static List<String> share(Guest.Share share) {
        return List.of(
                "-fsdev",
                "local,id=" + share.tag() + ",path=" + escape(share.directory())
                        + ",security_model=none,readonly=on,multidevs=remap",
                "-device",
                "virtio-9p-device,fsdev=" + share.tag() + ",mount_tag=" + share.tag());
    }

    private static List<String> disk(String id, String options, Path image) {
        return List.of(
                "-drive",
                "if=none,id=" + id + ",format=raw," + options + ",file=" + escape(image),
                "-device",
                "virtio-blk-device,drive=" + id);
    }

    private static List<String> network(NetworkMode network) {
        return switch (network) {
            case NONE -> List.of("-nic", "none");
            case USER -> List.of("-netdev", "user,id=net,ipv6=off", "-device", "virtio-net-device,netdev=net");
            case TAP ->
                List.of(
                        "-netdev",
                        "tap,id=net,fd=@TAP_FD@",
                        "-device",
                        "virtio-net-device,netdev=net,mac=" + GuestLink.GUEST_MAC);
        };
    }

    /** QEMU's option parser ends a value at a comma; two commas are one. */
    private static String escape(Path path) {
        return path.toString().replace(",", ",,");
    }

    @Override
    public String channel() {
        return "virtio-serial";
    }

    @Override
    public List<String> devices(Guest guest) {
        return kvm ? List.of("/dev/kvm") : List.of();
    }
}
