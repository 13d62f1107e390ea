package org.nofear.setup.doctor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param summary one line
 * @param evidence what was seen, by name, in order
 * @param fix the exact command that puts it right, or a sentence where no command can; there under anything but pass
 * @param because the id of the check that this one depends on and that does not hold
 */
public record Finding(
        Status status, String summary, Map<String, String> evidence, Optional<String> fix, Optional<String> because) {

    public Finding {
        evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
        if (status == Status.PASS
                ? fix.isPresent()
                : fix.filter(text -> !text.isBlank()).isEmpty()) {
            throw new IllegalArgumentException(status.word() + " and its fix do not go together: " + summary);
        }
    }

    public static Finding pass(String summary) {
        return new Finding(Status.PASS, summary, Map.of(), Optional.empty(), Optional.empty());
    }

    public static Finding warn(String summary, String fix) {
        return of(Status.WARN, summary, fix);
    }

    public static Finding fail(String summary, String fix) {
        return of(Status.FAIL, summary, fix);
    }

    /** What could not be looked at; the fix is what makes it visible. */
    public static Finding skip(String summary, String fix) {
        return of(Status.SKIP, summary, fix);
    }

    /** Anything but a pass. */
    public static Finding of(Status status, String summary, String fix) {
        return new Finding(status, summary, Map.of(), Optional.of(fix), Optional.empty());
    }

    /** The same with one more piece of evidence. */
    public Finding with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(evidence);
        more.put(name, value);
        return new Finding(status, summary, more, fix, because);
    }

    /** The same, as a consequence of another check's failure. */
    public Finding because(String id) {
        return new Finding(status, summary, evidence, fix, Optional.of(id));
    }
}
