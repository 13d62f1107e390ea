package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who runs a program, and where their things are.
 *
 * @param uid the real user id
 * @param gid the real group id
 * @param home where profiles are: {@code ~/.lkvm}, or NOFEAR_HOME
 * @param environment of the caller
 */
public record Caller(int uid, int gid, Path home, Map<String, String> environment) {

    private static final Path SELF = Path.of("/proc/self");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");
    private static final long SMALL_HOST = 1L << 30;

    public Caller {
        environment = Map.copyOf(environment);
    }

    /**
     * This process's caller.
     *
     * @throws LaunchError when there is no home directory to keep profiles in
     */
    public static Caller current(Map<String, String> environment) {
        try {
            int uid = (Integer) Files.getAttribute(SELF, "unix:uid");
            int gid = (Integer) Files.getAttribute(SELF, "unix:gid");
            return new Caller(uid, gid, home(environment), environment);
        } catch (IOException noProc) {
            throw LaunchError.failed("/proc is not mounted: " + Reason.of(noProc));
        }
    }

    private static Path home(Map<String, String> environment) {
        String own = environment.getOrDefault("NOFEAR_HOME", "");
        if (!own.isEmpty()) {
            if (!own.startsWith("/") && environment.containsKey("NOFEAR_NO_DIRECTORY")) {
                throw LaunchError.failed(
                        "NOFEAR_HOME=" + own
                                + " is relative, and the working directory is gone, or its name is no UTF-8: give the whole path");
            }
            return Path.of(own).toAbsolutePath().normalize();
        }
        String home = environment.getOrDefault("HOME", "");
        if (!home.startsWith("/")) {
            throw LaunchError.failed(
                    "HOME is not set, and /etc/passwd has no home for this user: set it, or NOFEAR_HOME, to where profiles are to be kept");
        }
        return Path.of(home).resolve(".lkvm");
    }

    public boolean root() {
        return uid == 0;
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    public Path profile(ProfileName name) {
        return home.resolve(name.value());
    }

    /** Where running VMs have their sockets: the session's own directory where there is one, on a local file system. */
    public Path runDirectory() {
        return variable("XDG_RUNTIME_DIR")
                .filter(text -> text.startsWith("/"))
                .map(Path::of)
                .filter(this::isOurs)
                .map(directory -> directory.resolve("nofear"))
                .orElseGet(() -> home.resolve(".run"));
    }

    private boolean isOurs(Path directory) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isDirectory()
                    && Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                            .equals(uid)
                    && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
        } catch (IOException absent) {
            return false;
        }
    }

    /** The host's memory in bytes. */
    public long hostMemory() {
        try {
            Matcher matcher = MEMORY.matcher(Files.readString(Path.of("/proc/meminfo")));
            return matcher.find() ? Long.parseLong(matcher.group(1)) << 10 : SMALL_HOST;
        } catch (IOException noProc) {
            return SMALL_HOST;
        }
    }
}
