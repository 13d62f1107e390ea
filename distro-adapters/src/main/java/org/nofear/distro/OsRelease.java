package org.nofear.distro;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nofear.host.Host;

/**
 * The file os-release: shell-like assignments, one a line (os-release(5)). Whatever is no assignment is skipped; of a variable
 * assigned twice the last counts, as in a shell.
 *
 * @param fields the variables, unquoted, in the order of the file
 */
public record OsRelease(Map<String, String> fields) {

    private static final Pattern ASSIGNMENT = Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)");
    private static final Pattern MAJOR = Pattern.compile("\\d{1,6}");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    public OsRelease {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Of {@code /etc/os-release}, else of {@code /usr/lib/os-release}; without fields where neither can be read. */
    public static OsRelease read(Host host) {
        return Stream.of("/etc/os-release", "/usr/lib/os-release")
                .map(host::read)
                .flatMap(Optional::stream)
                .map(OsRelease::parse)
                .filter(release -> !release.fields().isEmpty())
                .findFirst()
                .orElseGet(() -> new OsRelease(Map.of()));
    }

    public static OsRelease parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            Matcher assignment = ASSIGNMENT.matcher(line);
            if (assignment.matches()) {
                fields.put(assignment.group(1), unquote(assignment.group(2)));
            }
        });
        return new OsRelease(fields);
    }

    /** As a shell reads one word: double quotes with backslash escapes, single quotes without, a bare word up to a blank. */
    private static String unquote(String word) {
        StringBuilder value = new StringBuilder();
        char quote = 0;
        for (int index = 0; index < word.length(); index++) {
            char character = word.charAt(index);
            boolean last = index + 1 == word.length();
            if (character == '\\' && quote != '\'' && !last) {
                char escaped = word.charAt(++index);
                if (quote == '"' && "\"\\$`".indexOf(escaped) < 0) {
                    value.append('\\');
                }
                value.append(escaped);
            } else if (quote != 0) {
                if (character == quote) {
                    quote = 0;
                } else {
                    value.append(character);
                }
            } else if (character == '"' || character == '\'') {
                quote = character;
            } else if (Character.isWhitespace(character)) {
                break;
            } else {
                value.append(character);
            }
        }
        return value.toString();
    }

    /** A field that is there and not empty. */
    public Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name)).filter(value -> !value.isBlank());
    }

    /** In lower case ({@code Deepin} writes a capital); the specification's default {@code linux} where the file has none. */
    public String id() {
        return field("ID").map(id -> id.strip().toLowerCase(Locale.ROOT)).orElse("linux");
    }

    /** The relatives, closest first, in lower case. */
    public List<String> idLike() {
        return field("ID_LIKE").stream()
                .flatMap(BLANKS::splitAsStream)
                .filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
    }

    /** {@code 12}, {@code 24.04}, ...; empty for rolling releases. */
    public Optional<String> versionId() {
        return field("VERSION_ID");
    }

    /** What tells this release from others: its number, else its code name, else its build; {@code rolling} where it has none. */
    public String release() {
        return Stream.of("VERSION_ID", "VERSION_CODENAME", "BUILD_ID")
                .flatMap(name -> field(name).stream())
                .findFirst()
                .orElse("rolling");
    }

    /** The code name of the release that the packages come from: Mint's and Pop!_OS's is that of their Ubuntu. */
    public Optional<String> baseCodename() {
        return Stream.of("UBUNTU_CODENAME", "DEBIAN_CODENAME", "VERSION_CODENAME")
                .flatMap(name -> field(name).stream())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .findFirst();
    }

    /** The first number of {@code VERSION_ID}: 9 of {@code 9.4}; empty where it does not begin with one. */
    public Optional<Integer> majorVersion() {
        return versionId()
                .map(MAJOR::matcher)
                .filter(Matcher::lookingAt)
                .map(number -> Integer.valueOf(number.group()));
    }

    public String prettyName() {
        return field("PRETTY_NAME").or(() -> field("NAME")).orElse("an unnamed Linux system");
    }
}
