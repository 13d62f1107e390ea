package org.nofear.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nofear.host.Host;

/**
 * What the host's files say of a kernel parameter at boot, in the order in which systemd-sysctl(8) and sysctl(8) read them: by the
 * files' names, whichever directory they are in; of two of one name the one of the directory that comes first counts.
 */
public final class SysctlSettings {

    private static final List<String> DIRECTORIES =
            List.of("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d");

    /** sysctl(8) reads it last of all; systemd-sysctl by a link of Debian's, as 99-sysctl.conf. */
    private static final String LAST = "/etc/sysctl.conf";

    private static final Pattern LINE = Pattern.compile("\\s*-?([A-Za-z0-9_./*-]+)\\s*=\\s*(\\S*)\\s*");

    private SysctlSettings() {}

    /**
     * A line that sets the parameter.
     *
     * @param file absolute on the host
     */
    public record Setting(String file, String value) {}

    /** All lines that set a parameter, in order: the last one counts. */
    public static List<Setting> of(Host host, String parameter) {
        Map<String, String> files = new TreeMap<>();
        for (String directory : DIRECTORIES) {
            host.names(directory).stream()
                    .filter(name -> name.endsWith(".conf"))
                    .forEach(name -> files.putIfAbsent(name, directory + "/" + name));
        }
        List<Setting> settings = new ArrayList<>();
        files.values().forEach(file -> read(host, file, parameter, settings));
        if (settings.stream().noneMatch(setting -> setting.file().endsWith("/99-sysctl.conf"))) {
            read(host, LAST, parameter, settings);
        }
        return List.copyOf(settings);
    }

    /**
     * The line that undoes at boot what a file says.
     *
     * @param file whether it is there yet or not
     * @return empty where the file has the last word, or others say the same
     */
    public static Optional<Setting> overruling(Host host, String parameter, String file, String value) {
        return of(host, parameter).stream()
                .filter(setting ->
                        setting.file().equals(LAST) || name(setting.file()).compareTo(name(file)) > 0)
                .reduce((earlier, later) -> later)
                .filter(last -> !last.value().equals(value));
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    private static void read(Host host, String file, String parameter, List<Setting> settings) {
        host.read(file).orElse("").lines().forEach(line -> {
            Matcher set = LINE.matcher(line);
            if (set.matches() && set.group(1).replace('/', '.').equals(parameter)) {
                settings.add(new Setting(file, set.group(2)));
            }
        });
    }
}
