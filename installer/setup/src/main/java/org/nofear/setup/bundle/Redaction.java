package org.nofear.setup.bundle;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nofear.host.Host;

/**
 * Takes out what names a person, a machine or a network: users, their homes, host names, machine ids, addresses. The same
 * name becomes the same word everywhere, so that a text still makes sense.
 *
 * @param names what stands for each name, the longest name first
 */
public record Redaction(Map<String, String> names) {

    private static final int FIRST_PERSON = 1000;
    private static final int NOBODY = 65534;
    private static final int PASSWD_FIELDS = 7;

    private static final Pattern MAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+");
    private static final Pattern MAC = Pattern.compile("(?i)(?<![0-9a-f:])([0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9a-f:])");
    private static final Pattern IPV4 = Pattern.compile("(?<![\\d.])(\\d{1,3}\\.){3}\\d{1,3}(?![\\d.]*\\d)");
    private static final Pattern IPV6 =
            Pattern.compile("(?i)(?<![0-9a-z:])(?=[0-9a-f:]*:[0-9a-f:]*:)[0-9a-f:]*[0-9a-f][0-9a-f:]*(?![0-9a-z:])");
    private static final Pattern UUID =
            Pattern.compile("(?i)\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
    private static final Pattern HOME = Pattern.compile("(?<![\\w.-])/home/[^/\\s:,;\"'}\\]]+");

    /** Loopback, "any", link-local prefixes of rules: they name nobody. The guests' own network is kept by its first bytes. */
    private static final Pattern HARMLESS =
            Pattern.compile("127\\..*|0\\.0\\.0\\.0|255\\..*|169\\.254\\.0\\.0|::1?|10\\.0\\.2\\..*");

    /** Words too short or too common to be replaced wherever they occur. */
    private static final List<String> COMMON =
            List.of("root", "nofear", "localhost", "debian", "user", "linux", "guest");

    public Redaction {
        Map<String, String> sorted = new LinkedHashMap<>();
        names.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder())))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        names = sorted;
    }

    /** What is to be taken out of texts about this host. */
    public static Redaction of(Host host) {
        Map<String, String> names = new LinkedHashMap<>();
        users(host, names);
        for (String file : List.of("/etc/hostname", "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname")) {
            host.read(file).map(String::strip).ifPresent(name -> hostName(name, names));
        }
        host.read("/etc/hosts")
                .ifPresent(text -> text.lines()
                        .map(line -> line.replaceFirst("#.*", "").strip().split("\\s+"))
                        .forEach(words -> {
                            for (int i = 1; i < words.length; i++) {
                                hostName(words[i], names);
                            }
                        }));
        host.read("/etc/machine-id")
                .map(String::strip)
                .filter(id -> !id.isEmpty())
                .ifPresent(id -> {
                    names.put(id, "MACHINE-ID");
                });
        return new Redaction(names);
    }

    /** People, not the accounts of services: those are the distribution's, and tell much. */
    private static void users(Host host, Map<String, String> names) {
        int number = 0;
        for (String line : host.read("/etc/passwd").orElse("").lines().toList()) {
            String[] fields = line.split(":", -1);
            if (fields.length < PASSWD_FIELDS || !fields[2].matches("\\d{4,9}")) {
                continue;
            }
            int uid = Integer.parseInt(fields[2]);
            if (uid >= FIRST_PERSON && uid != NOBODY) {
                number++;
                put(names, fields[0], "USER" + number);
                Optional.of(fields[4].split(",", -1)[0])
                        .filter(name -> name.length() > 2)
                        .ifPresent(name -> {
                            names.putIfAbsent(name, "NAME");
                        });
                if (Path.of(fields[5]).getNameCount() > 1) {
                    names.put(fields[5], "HOME" + number);
                }
            }
        }
    }

    private static void hostName(String name, Map<String, String> names) {
        if (!name.equals("(none)") && !name.startsWith("ip6-") && !name.startsWith("localhost")) {
            put(names, name, "HOST");
            put(names, name.replaceFirst("\\..*", ""), "HOST");
        }
    }

    private static void put(Map<String, String> names, String name, String word) {
        if (name.length() > 1 && !COMMON.contains(name)) {
            names.putIfAbsent(name, word);
        }
    }

    /** The text without names and addresses. */
    public String of(String text) {
        String left = MAIL.matcher(text).replaceAll("MAIL");
        for (Map.Entry<String, String> name : names.entrySet()) {
            left = Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(name.getKey()) + "(?![\\p{L}\\p{N}])")
                    .matcher(left)
                    .replaceAll(Matcher.quoteReplacement(name.getValue()));
        }
        left = HOME.matcher(left).replaceAll("/home/USER");
        left = UUID.matcher(left).replaceAll("UUID");
        left = MAC.matcher(left).replaceAll("MAC");
        left = address(IPV6, left, "IPV6");
        return address(IPV4, left, "IPV4");
    }

    private static String address(Pattern pattern, String text, String word) {
        return pattern.matcher(text)
                .replaceAll(found -> HARMLESS.matcher(found.group()).matches() || time(found.group())
                        ? Matcher.quoteReplacement(found.group())
                        : word);
    }

    /** 12:34:56 is no address. */
    private static boolean time(String text) {
        return text.matches("\\d{1,2}:\\d{2}:\\d{2}");
    }
}
