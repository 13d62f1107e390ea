package org.nofear.xpra;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A row of the table of options, {@code options.table}, where the columns are told.
 *
 * @param name without dashes
 * @param flag empty: never without a value
 * @param value with a value
 * @param conf empty: never in a file
 * @param until empty: known by all newer versions
 * @param client what NoFear sets for the client; empty: nothing
 * @param server what NoFear sets for the server; empty: nothing
 */
record XpraOption(
        String name,
        Optional<XpraVersion> flag,
        XpraVersion value,
        Optional<XpraVersion> conf,
        Optional<XpraVersion> until,
        Optional<String> client,
        Optional<String> server) {

    /** The oldest version that is supported. */
    static final XpraVersion OLDEST = XpraVersion.of(3, 0);

    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final String NONE = "-";

    /** All rows, in their order. */
    static List<XpraOption> table() {
        try (InputStream stream = XpraOption.class.getResourceAsStream("options.table")) {
            if (stream == null) {
                throw new IllegalStateException("options.table is missing from the program");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(XpraOption::row)
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalStateException("options.table cannot be read", unreadable);
        }
    }

    private static XpraOption row(String line) {
        List<String> cells = BLANKS.splitAsStream(line).toList();
        return new XpraOption(
                cells.get(0),
                version(cells.get(1)),
                version(cells.get(2)).orElseThrow(),
                version(cells.get(3)),
                version(cells.get(4)),
                cell(cells.get(5)),
                cell(cells.get(6)));
    }

    private static Optional<String> cell(String text) {
        return Optional.of(text).filter(word -> !word.equals(NONE));
    }

    private static Optional<XpraVersion> version(String text) {
        return cell(text).flatMap(number -> XpraVersion.parse("v" + number));
    }

    /** On the command line of a version. */
    XpraForm form(XpraVersion version) {
        if (until.filter(end -> version.compareTo(end) >= 0).isPresent()) {
            return XpraForm.ABSENT;
        }
        if (version.compareTo(value) >= 0) {
            return XpraForm.VALUE;
        }
        return reached(flag, version) ? XpraForm.FLAG : XpraForm.ABSENT;
    }

    /** Whether all supported versions take it with a value. */
    boolean portable() {
        return until.isEmpty() && OLDEST.compareTo(value) >= 0;
    }

    /** Whether a version's xpra.conf may hold it without a warning. */
    boolean inConf(XpraVersion version) {
        return reached(conf, version)
                && until.filter(end -> version.compareTo(end) >= 0).isEmpty();
    }

    private static boolean reached(Optional<XpraVersion> first, XpraVersion version) {
        return first.filter(since -> version.compareTo(since) >= 0).isPresent();
    }
}
