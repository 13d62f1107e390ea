package org.nofear.launch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A menu entry: the group [Desktop Entry] of a .desktop file.
 *
 * @param values by key, in order; a key may carry a locale, {@code Name[de]}
 */
record DesktopEntry(Map<String, String> values) {

    /** What says that we wrote an entry. */
    static final String MARK = "X-NoFear";

    private static final String GROUP = "[Desktop Entry]";

    /** What the entry of the same program in NoFear takes over. Actions and activation by D-Bus would go past NoFear. */
    private static final Set<String> KEPT = Set.of(
            "Type",
            "GenericName",
            "Comment",
            "Icon",
            "MimeType",
            "Categories",
            "Keywords",
            "StartupNotify",
            "StartupWMClass",
            "Terminal");

    DesktopEntry {
        values = new LinkedHashMap<>(values);
    }

    static DesktopEntry parse(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        boolean inside = false;
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                inside = line.strip().equals(GROUP);
            } else if (inside && equals > 0 && !line.startsWith("#")) {
                values.putIfAbsent(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return new DesktopEntry(values);
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    boolean inTerminal() {
        return get("Terminal").filter("true"::equals).isPresent();
    }

    boolean ours() {
        return get(MARK).isPresent();
    }

    /** The name of the program that it starts, without its directory. */
    Optional<String> program() {
        return get("Exec").map(exec -> {
            String first = exec.startsWith("\"") ? exec.substring(1).split("\"", 2)[0] : exec.split(" ", 2)[0];
            return first.substring(first.lastIndexOf('/') + 1);
        });
    }

    /**
     * The entry of the same program in NoFear, as a file's text.
     *
     * @param prefix the words before the program's own, as Exec has them
     */
    String inNoFear(String prefix) {
        List<String> lines = new ArrayList<>(List.of(GROUP));
        values.forEach((key, value) -> {
            String plain = key.replaceFirst("\\[.*", "");
            if (plain.equals("Name")) {
                lines.add(key + "=" + value + " (NoFear)");
            } else if (KEPT.contains(plain)) {
                lines.add(key + "=" + value);
            }
        });
        lines.add("Exec=" + prefix + " " + get("Exec").orElse(""));
        lines.add(MARK + "=true");
        return String.join("\n", lines) + "\n";
    }
}
