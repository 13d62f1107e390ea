package org.nofear.launch;

import java.util.List;

/** A VMM's command line for a guest. Words between @ are filled in by the C program when the VM starts. */
public sealed interface VmmCommand permits QemuCommand, LkvmCommand {

    /** The argument vector, the program's absolute path first. */
    List<String> arguments(Guest guest);

    /** How the guest's agent is reached: {@code virtio-serial} or {@code vsock}. */
    String channel();

    /** Devices of the host that the VMM opens for this guest. */
    List<String> devices(Guest guest);
}
