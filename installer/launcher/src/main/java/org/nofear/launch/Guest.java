package org.nofear.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.nofear.contract.NetworkMode;
import org.nofear.contract.SharedDirectories;

/**
 * The machine that is to run, whatever the VMM: what every VMM's command line is made of.
 *
 * @param kernel the bzImage, or an ELF file where the VMM takes one
 * @param image the initramfs: the agent
 * @param seed an ext4 image with the lower part of /etc and /var
 * @param shares in the order of their mounting
 * @param disk the profile's ext4 image; empty: memory takes its place
 * @param memory in MiB
 * @param cpus at least 1
 * @param network how it reaches the network
 * @param append more words for the kernel's command line
 */
public record Guest(
        Path kernel,
        Path image,
        Path seed,
        List<Share> shares,
        Optional<Path> disk,
        int memory,
        int cpus,
        NetworkMode network,
        List<String> append) {

    /** As the agent takes it (mounts.c); lkvm's are no longer. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,30}");

    public Guest {
        shares = List.copyOf(shares);
        append = List.copyOf(append);
    }

    /** The same machine as its own kernel sees it, which knows nothing of where on the host its disks and shares are. */
    Guest withoutPaths() {
        return new Guest(
                kernel,
                image,
                Path.of("seed"),
                shares.stream()
                        .map(share -> new Share(
                                share.tag(), Path.of(share.tag()), share.path(), share.mode(), share.folder()))
                        .toList(),
                disk.map(path -> Path.of("disk")),
                memory,
                cpus,
                network,
                append);
    }

    /** How a share shows in the guest. */
    public enum Mode {
        /** Read-only, with the profile's changes above it. */
        OVERLAY,
        /** As it is, for reading only. */
        RO,
        /** As it is. */
        RW;

        String id() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A directory of the host: one of its own, exported by the VMM's 9p, or one of the caller's, by the file server (files.h).
     *
     * @param tag at most 31 characters; of a folder its number
     * @param directory on the host
     * @param path in the guest
     * @param folder of the caller's: which one, from 0 on; the monitor has it open. Empty: one of the host's own
     */
    public record Share(String tag, Path directory, String path, Mode mode, OptionalInt folder) {}

    /** Those that the VMM exports. */
    List<Share> hostShares() {
        return shares.stream().filter(share -> share.folder().isEmpty()).toList();
    }

    /** Whether there are others. */
    boolean hasFolders() {
        return shares.stream().anyMatch(share -> share.folder().isPresent());
    }

    /** The shares that make up the guest's file system. */
    static List<Share> shares(SharedDirectories tree, List<RunOptions.SharedFolder> folders) {
        List<Share> shares = new ArrayList<>();
        for (String directory : tree.directories()) {
            shares.add(new Share(
                    tag(directory, shares.size()), Path.of(directory), directory, Mode.OVERLAY, OptionalInt.empty()));
        }
        int number = 0;
        for (RunOptions.SharedFolder folder : folders) {
            Mode mode = folder.readOnly() ? Mode.RO : Mode.RW;
            shares.add(new Share(
                    Integer.toString(number), folder.directory(), folder.mountPoint(), mode, OptionalInt.of(number)));
            number++;
        }
        return shares;
    }

    /** {@code /nix/store} is {@code nix.store}: a profile keeps its changes under this name. */
    private static String tag(String directory, int number) {
        String tag = directory.substring(1).replace('/', '.');
        return TAG.matcher(tag).matches() ? tag : "directory" + number;
    }
}
