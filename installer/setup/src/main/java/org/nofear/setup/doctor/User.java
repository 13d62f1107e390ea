package org.nofear.setup.doctor;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * Who is to run VMs: the caller, or who called sudo.
 *
 * @param groups that are in force for programs of the user; names, or numbers without a name
 * @param listed all groups that /etc/group has the user in: in force from the next login on
 * @param home absolute
 */
public record User(String name, int uid, Set<String> groups, Set<String> listed, String home) {

    private static final Pattern IDS = Pattern.compile("(?m)^(Uid|Gid|Groups):\\s*(.*)$");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int PASSWD_FIELDS = 6;
    private static final int GROUP_FIELDS = 4;

    public User {
        groups = Set.copyOf(groups);
        listed = Set.copyOf(listed);
    }

    /**
     * Finds out.
     *
     * @param sudo who called sudo
     */
    static User of(Host host, Optional<String> sudo) {
        return sudo.flatMap(name -> account(host, name)).orElseGet(() -> caller(host));
    }

    private static Optional<User> account(Host host, String name) {
        return lines(host, "/etc/passwd", PASSWD_FIELDS)
                .filter(fields -> fields.get(0).equals(name) && fields.get(2).matches("\\d{1,9}"))
                .findFirst()
                .map(fields -> {
                    Set<String> groups = new LinkedHashSet<>(listed(host, name));
                    groups.add(groupName(host, fields.get(3)));
                    return new User(name, Integer.parseInt(fields.get(2)), groups, groups, fields.get(5));
                });
    }

    private static User caller(Host host) {
        String name = System.getProperty("user.name", "");
        Set<String> groups = new LinkedHashSet<>();
        Matcher line = IDS.matcher(host.read("/proc/self/status").orElse(""));
        while (line.find()) {
            List<String> numbers = BLANKS.splitAsStream(line.group(2)).toList();
            switch (line.group(1)) {
                case "Gid" -> groups.add(groupName(host, numbers.get(0)));
                case "Groups" ->
                    numbers.stream()
                            .filter(number -> !number.isEmpty())
                            .map(number -> groupName(host, number))
                            .forEach(groups::add);
                default -> {
                    // The user's own number is asked for below.
                }
            }
        }
        return new User(
                name, host.os().effectiveUserId(), groups, listed(host, name), System.getProperty("user.home", "/"));
    }

    private static Set<String> listed(Host host, String name) {
        Set<String> groups = new LinkedHashSet<>();
        lines(host, "/etc/group", GROUP_FIELDS)
                .filter(fields -> Arrays.asList(fields.get(3).split(",")).contains(name))
                .forEach(fields -> groups.add(fields.get(0)));
        return groups;
    }

    private static String groupName(Host host, String number) {
        return lines(host, "/etc/group", GROUP_FIELDS)
                .filter(fields -> fields.get(2).equals(number))
                .map(fields -> fields.get(0))
                .findFirst()
                .orElse(number);
    }

    private static Stream<List<String>> lines(Host host, String file, int fields) {
        return host.read(file)
                .orElse("")
                .lines()
                .map(line -> Arrays.asList(line.split(":", -1)))
                .filter(parts -> parts.size() >= fields);
    }

    /** Whether a group is in force. */
    public boolean in(String group) {
        return groups.contains(group);
    }

    /** Whether only a new login is missing. */
    public boolean willBeIn(String group) {
        return listed.contains(group) && !groups.contains(group);
    }

    public boolean root() {
        return uid == 0;
    }
}
