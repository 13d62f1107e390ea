package org.nofear.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nofear.contract.GuestLink;
import org.nofear.contract.NetworkMode;

/**
 * kvmtool. Its own kernel parameters ({@code earlyprintk=serial}: a VM exit a byte) and its root share of the whole host are
 * switched off by {@code --nodefaults}; it ends when the guest reboots.
 *
 * @param binary absolute
 */
record LkvmCommand(Path binary) implements VmmCommand {

    /** What the kernel can take; lkvm cuts what is longer without a word. */
    private static final int COMMAND_LINE_LIMIT = 2048;

    /** A card whose tap is a socket of the monitor's. The path is never opened: it keeps lkvm from asking for an interface. */
    private static final String CHANNEL =
            "mode=tap,fd=@CHANNEL_FD@,tapif=/channel,guest_mac=02:15:15:15:15:c0,script=none";

    /** The same for the caller's folders. */
    private static final String FILES = "mode=tap,fd=@FILES_FD@,tapif=/channel,guest_mac=02:15:15:15:15:c2,script=none";

    @Override
    public OptionalInt mostCpus() {
        return OptionalInt.empty();
    }

    @Override
    public List<String> arguments(Guest guest) {
        List<String> words = new ArrayList<>(List.of(
                binary.toString(),
                "run",
                "--nodefaults",
                "--name",
                "@NAME@",
                "-c",
                Integer.toString(guest.cpus()),
                "-m",
                Integer.toString(guest.memory()),
                "-k",
                guest.kernel().toString(),
                "-i",
                guest.image().toString(),
                "-p",
                kernelCommandLine(guest),
                "--console",
                "serial",
                "--loglevel=error"));
        for (Guest.Share share : guest.hostShares()) {
            words.addAll(List.of("--9p", plain(share.directory()) + "," + share.tag()));
        }
        guest.disk().ifPresent(disk -> words.addAll(List.of("-d", plain(disk))));
        words.addAll(List.of("-d", plain(guest.seed()) + ",ro"));
        // The guest's network first: its card is then eth0.
        network(guest.network()).ifPresent(network -> words.addAll(List.of("-n", network)));
        words.addAll(List.of("-n", CHANNEL));
        if (guest.hasFolders()) {
            words.addAll(List.of("-n", FILES));
        }
        return List.copyOf(words);
    }

    private static String kernelCommandLine(Guest guest) {
        List<String> words = new ArrayList<>(List.of(
                "noapic noacpi pci=conf1 reboot=k panic=1 i8042.direct=1 i8042.dumbkbd=1 i8042.nopnp=1 i8042.noaux=1",
                "console=ttyS0 quiet",
                "nofear.channel=packets"));
        words.addAll(COMMON_WORDS);
        words.addAll(guest.append());
        String line = String.join(" ", words);
        if (line.length() >= COMMAND_LINE_LIMIT) {
            throw LaunchError.failed("the kernel's command line is longer than lkvm's " + COMMAND_LINE_LIMIT
                    + " bytes: shorten kernel.append");
        }
        return line;
    }

    private static Optional<String> network(NetworkMode network) {
        return switch (network) {
            case NONE -> Optional.empty();
            case USER -> Optional.of("mode=user,trans=virtio");
            // As a descriptor; a path for an interface (macvtap's) keeps lkvm from asking for one itself.
            case TAP ->
                Optional.of(
                        "mode=tap,fd=@TAP_FD@,tapif=/dev/net/tun,guest_mac=" + GuestLink.GUEST_MAC + ",script=none");
        };
    }

    /** lkvm ends a path at a comma, and knows no way to write one. */
    private static String plain(Path path) {
        if (path.toString().indexOf(',') >= 0) {
            throw LaunchError.failed(path + ": lkvm cannot take a path with a comma; rename it, or give another");
        }
        return path.toString();
    }

    @Override
    public String channel() {
        return "packets";
    }

    @Override
    public List<String> devices(Guest guest) {
        return List.of("/dev/kvm", "/dev/urandom");
    }
}
