package org.nofear.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The caller's profiles: directories of their own, each with a disk image.
 *
 * @param caller whose
 */
public record Profiles(Caller caller) {

    private static final String DISK = "disk.img";
    private static final int SECTOR = 512;
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    /**
     * A profile as it is shown.
     *
     * @param size the most that its disk may hold, in bytes
     * @param used what its disk takes on the host, in bytes
     * @param lastUse when its disk was last written
     * @param vm the process id of its VM's monitor, when it runs
     */
    public record Profile(
            String name, Path directory, long size, long used, Optional<FileTime> lastUse, Optional<Long> vm) {}

    /** By name. */
    public List<Profile> list() {
        List<Profile> profiles = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(caller.home())) {
            for (Path entry : entries) {
                if (ProfileName.isName(entry.getFileName().toString())
                        && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    profiles.add(describe(entry));
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw LaunchError.failed("cannot read " + caller.home() + ": " + Reason.of(unreadable));
        }
        profiles.sort(java.util.Comparator.comparing(Profile::name));
        return List.copyOf(profiles);
    }

    /**
     * One profile.
     *
     * @throws LaunchError when there is none of this name
     */
    public Profile show(ProfileName name) {
        return describe(existing(name));
    }

    /** Makes a profile; its disk is made by its first run. */
    public void create(ProfileName name) {
        Path directory = caller.profile(name);
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new LaunchError(1, "profile " + name + " exists already");
        }
        make(directory);
    }

    /**
     * Makes sure that a profile is there and safe to use.
     *
     * @throws LaunchError when it is a link, another user's, or writable by others
     */
    public void check(ProfileName name) {
        Path directory = caller.profile(name);
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            make(directory);
        }
        existing(name);
    }

    /** Deletes a profile and all that it keeps. */
    public void delete(ProfileName name) {
        Path directory = existing(name);
        running(name).ifPresent(pid -> {
            throw new LaunchError(1, "profile " + name + " is in use: \"nofear stop " + name + "\" ends its VM");
        });
        try {
            new Tree(directory).delete();
        } catch (IOException refused) {
            throw LaunchError.failed("cannot delete " + directory + ": " + Reason.of(refused));
        }
    }

    /** The process id of the monitor of a profile's VM, when one runs. */
    public Optional<Long> running(ProfileName name) {
        return new RunningVms(caller.runDirectory()).of(name).map(RunningVms.Vm::pid);
    }

    private void make(Path directory) {
        try {
            // The directory of all profiles as well: their names are nobody else's business.
            Files.createDirectories(directory.getParent(), OWNER_ALONE);
            Files.createDirectory(directory, OWNER_ALONE);
        } catch (IOException refused) {
            throw LaunchError.failed("cannot make the profile's directory " + directory + ": " + Reason.of(refused));
        }
    }

    private Path existing(ProfileName name) {
        Path directory = caller.profile(name);
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(directory, "unix:uid,isDirectory,permissions", LinkOption.NOFOLLOW_LINKS);
            if (!Boolean.TRUE.equals(attributes.get("isDirectory"))) {
                throw LaunchError.failed(directory + " is not a directory (a link is not followed): move it away");
            }
            if (!Integer.valueOf(caller.uid()).equals(attributes.get("uid"))) {
                throw LaunchError.failed(directory + " belongs to another user: take another profile name");
            }
        } catch (NoSuchFileException absent) {
            throw new LaunchError(1, "there is no profile " + name + ": \"nofear profile list\" shows them");
        } catch (IOException unreadable) {
            throw LaunchError.failed("cannot look at " + directory + ": " + Reason.of(unreadable));
        }
        refuseIfOthersWrite(directory);
        return directory;
    }

    private static void refuseIfOthersWrite(Path directory) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
            if (OTHERS_WRITE.stream().anyMatch(permissions::contains)) {
                throw LaunchError.failed(directory + " is writable by others: chmod go-w " + directory);
            }
        } catch (IOException unreadable) {
            throw LaunchError.failed("cannot look at " + directory + ": " + Reason.of(unreadable));
        }
    }

    private Profile describe(Path directory) {
        Path disk = directory.resolve(DISK);
        String name = directory.getFileName().toString();
        Optional<Long> vm = running(new ProfileName(name));
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            return new Profile(
                    name,
                    directory,
                    channel.size(),
                    SparseFile.allocated(disk, SECTOR),
                    Optional.of(Files.getLastModifiedTime(disk)),
                    vm);
        } catch (IOException noDiskYet) {
            return new Profile(name, directory, 0, 0, Optional.empty(), vm);
        }
    }
}
