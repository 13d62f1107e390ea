package org.nofear.distro;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/** The package managers, with the exact commands; none of them asks a question. */
public enum PackageManager {
    APT("apt-get", "/var/lib/dpkg/status"),
    DNF("dnf", "/etc/dnf"),
    ZYPPER("zypper", "/etc/zypp"),
    PACMAN("pacman", "/var/lib/pacman"),
    EMERGE("emerge", "/var/db/pkg"),
    APK("apk", "/lib/apk"),
    XBPS("xbps-install", "/var/db/xbps"),
    EOPKG("eopkg", "/var/lib/eopkg"),
    /** Nothing that NoFear may run: NixOS, Guix, image-based systems, unknown ones. */
    NONE("", "");

    private static final Pattern INSTALLED = Pattern.compile("(\\S+) installed");

    private final String program;
    private final String database;

    PackageManager(String program, String database) {
        this.program = program;
        this.database = database;
    }

    /** The program that installs; empty for {@link #NONE}. */
    public String program() {
        return program;
    }

    /**
     * The package manager that may install on a host: the family's when it is there, else the first that is there with its
     * database; {@link #NONE} where the system is an image (ostree) or generated (NixOS, Guix).
     */
    public static PackageManager detect(Host host, PackageManager expected) {
        if (host.exists("/run/ostree-booted") || host.exists("/ostree/repo") || (expected == NONE && generated(host))) {
            return NONE;
        }
        return Stream.concat(Stream.of(expected), Stream.of(values()))
                .filter(manager -> manager != NONE && manager.presentOn(host))
                .findFirst()
                .orElse(NONE);
    }

    private static boolean generated(Host host) {
        return (host.exists("/nix/store") && host.exists("/etc/NIXOS")) || host.exists("/gnu/store");
    }

    /** Of apt and dpkg, zypper, dnf, pacman and apk. */
    private static final Pattern LOCKED = Pattern.compile("Could not get lock|Unable to acquire the dpkg frontend lock"
            + "|frontend lock was locked by another process|System management is locked by"
            + "|Waiting for process with pid|Failed to obtain .*lock|unable to lock database|Unable to lock database");

    private static final Pattern COMPLAINT = Pattern.compile("(?i)^(E:|error[: ]|ERROR:|problem:|dpkg: error)");

    private boolean presentOn(Host host) {
        return host.program(program).isPresent() && host.file(database).isPresent();
    }

    /** The argument vector that installs packages; empty for {@link #NONE} and for no packages. */
    public Optional<List<String>> installCommand(List<String> packages) {
        if (this == NONE || packages.isEmpty()) {
            return Optional.empty();
        }
        List<String> argv = new ArrayList<>(
                switch (this) {
                    case APT ->
                        List.of(
                                "apt-get",
                                "install",
                                "--yes",
                                "--no-install-recommends",
                                "-o",
                                "Dpkg::Options::=--force-confdef",
                                "-o",
                                "Dpkg::Options::=--force-confold");
                    case DNF -> List.of("dnf", "install", "--assumeyes", "--setopt=install_weak_deps=False");
                    case ZYPPER -> List.of("zypper", "--non-interactive", "install", "--no-recommends");
                    case PACMAN -> List.of("pacman", "-S", "--needed", "--noconfirm");
                    case EMERGE -> List.of("emerge", "--noreplace", "--ask=n");
                    case APK -> List.of("apk", "add");
                    case XBPS -> List.of("xbps-install", "--yes");
                    case EOPKG -> List.of("eopkg", "install", "--yes-all");
                    case NONE -> List.<String>of();
                });
        argv.addAll(packages);
        return Optional.of(List.copyOf(argv));
    }

    /** The argument vector that refreshes the lists of packages; empty where installing does so itself. */
    public Optional<List<String>> refreshCommand() {
        return switch (this) {
            // Without the mode it ends with 0 where it reached nothing.
            case APT -> Optional.of(List.of("apt-get", "update", "-o", "APT::Update::Error-Mode=any"));
            case XBPS -> Optional.of(List.of("xbps-install", "--sync"));
            case APK -> Optional.of(List.of("apk", "update"));
            default -> Optional.empty();
        };
    }

    /** Who has the packages' lock, in the manager's own words, where that is what a call failed for. */
    public Optional<String> locked(String said) {
        return said.lines()
                .map(String::strip)
                .filter(line -> LOCKED.matcher(line).find())
                .findFirst();
    }

    /** The last line of what a failed call said that tells what was wrong. */
    public Optional<String> complaint(String said) {
        List<String> lines =
                said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        Optional<String> error =
                lines.stream().filter(line -> COMPLAINT.matcher(line).find()).reduce((earlier, last) -> last);
        return error.or(() -> lines.stream().reduce((earlier, last) -> last));
    }

    /** Variables that the commands need beside the usual. */
    public Map<String, String> environment() {
        return this == APT ? Map.of("DEBIAN_FRONTEND", "noninteractive", "APT_LISTCHANGES_FRONTEND", "none") : Map.of();
    }

    /** The command that prints which of the packages are installed; empty for {@link #NONE}. */
    public Optional<Command> query(List<String> packages) {
        if (packages.isEmpty()) {
            return Optional.empty();
        }
        List<String> argv = new ArrayList<>(
                switch (this) {
                    case APT -> List.of("dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n");
                    case DNF, ZYPPER -> List.of("rpm", "--query", "--queryformat=%{NAME} installed\\n");
                    case PACMAN -> List.of("pacman", "-Q");
                    case EMERGE -> List.of("portageq", "mass_best_version", "/");
                    case APK -> List.of("apk", "info", "--installed");
                    case XBPS -> List.of("xbps-query", "--list-pkgs");
                    case EOPKG -> List.of("eopkg", "list-installed", "--no-color");
                    case NONE -> List.<String>of();
                });
        if (this == NONE) {
            return Optional.empty();
        }
        if (this != XBPS && this != EOPKG) {
            argv.addAll(packages);
        }
        return Optional.of(Command.of(argv));
    }

    /** Of some packages those that a query's result names as installed. */
    public Set<String> installed(List<String> packages, CommandResult result) {
        Set<String> found = new TreeSet<>();
        for (String line : result.lines()) {
            name(line.strip()).filter(packages::contains).ifPresent(found::add);
        }
        return found;
    }

    private Optional<String> name(String line) {
        return switch (this) {
            case APT, DNF, ZYPPER -> {
                Matcher matcher = INSTALLED.matcher(line);
                yield matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
            }
            case XBPS ->
                versionless(line.startsWith("ii ") ? word(line.substring(3).strip()) : "");
            case EMERGE -> beforeVersion(line);
            case PACMAN, APK, EOPKG -> Optional.of(word(line));
            case NONE -> Optional.empty();
        };
    }

    /** {@code virtual/jre:17} of {@code virtual/jre:17:virtual/jre-17}; nothing stands behind the last colon of what is absent. */
    private static Optional<String> beforeVersion(String line) {
        int colon = line.lastIndexOf(':');
        return colon < 1 || colon + 1 == line.length() ? Optional.empty() : Optional.of(line.substring(0, colon));
    }

    /** {@code e2fsprogs} of {@code e2fsprogs-1.47.2_1}. */
    private static Optional<String> versionless(String nameAndVersion) {
        int dash = nameAndVersion.lastIndexOf('-');
        return dash < 1 ? Optional.empty() : Optional.of(nameAndVersion.substring(0, dash));
    }

    private static String word(String line) {
        int blank = line.indexOf(' ');
        return blank < 0 ? line : line.substring(0, blank);
    }
}
