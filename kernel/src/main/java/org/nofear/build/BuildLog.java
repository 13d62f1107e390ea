package org.nofear.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a build's log has to say when it failed. */
public final class BuildLog {

    /** A compiler's, a linker's, a tool's that is missing; make's own comes last and says less. */
    private static final Pattern ERROR = Pattern.compile(
            "(?i).*(\\berror: |\\bfatal: |undefined reference|: not found|command not found|No such file or directory).*");

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int LONGEST = 200;

    private BuildLog() {}

    /** The first error in it, as printable words; empty where there is none, or no log. */
    public static Optional<String> firstError(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> ERROR.matcher(line).matches())
                    .findFirst()
                    .map(line -> CONTROL.matcher(line.strip()).replaceAll(" "))
                    .map(line -> line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /** {@code WHAT; the first error is "..."; the log is LOG}. */
    public static String told(String what, Path log) {
        return what
                + firstError(log)
                        .map(error -> "; the first error is \"" + error + "\"")
                        .orElse("") + "; the log is " + log;
    }
}
