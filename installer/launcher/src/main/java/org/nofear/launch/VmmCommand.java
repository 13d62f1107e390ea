package org.nofear.launch;

import java.util.List;
import java.util.OptionalInt;

/** A VMM's command line for a guest. Words between @ are filled in by the C program when the VM starts. */
public sealed interface VmmCommand permits QemuCommand, LkvmCommand {

    /**
     * Of the kernel's command line. IPv6 is off because the NAT and the firewall of the host are for the guests' IPv4 subnets
     * alone. Mounting, unmounting and setting up the network wait for RCU again and again, for ticks at a time if not told to
     * be quick. The limits of containers inside count pages, not the kernel's own objects: kinds of these for each would take the
     * start a third of a million instructions.
     */
    List<String> COMMON_WORDS =
            List.of("random.trust_cpu=on", "ipv6.disable_ipv6=1", "rcupdate.rcu_expedited=1", "cgroup.memory=nokmem");

    /** How many processors a guest can have; empty: as many as KVM takes. */
    OptionalInt mostCpus();

    /** The argument vector, the program's absolute path first. */
    List<String> arguments(Guest guest);

    /**
     * What is added where the machine's state after its boot is kept, for later runs to go on from; empty: this VMM can't, or
     * boots about as fast as it could read that.
     */
    default List<String> snapshotArguments(Guest guest) {
        return List.of();
    }

    /** What is added to these where such a state is taken up. */
    default List<String> resumeArguments() {
        return List.of();
    }

    /** How the guest's agent is reached: {@code virtio-serial} or {@code packets}. */
    String channel();

    /** Devices of the host that the VMM opens for this guest. */
    List<String> devices(Guest guest);
}
