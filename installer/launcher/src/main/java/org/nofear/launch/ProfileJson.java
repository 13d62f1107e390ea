package org.nofear.launch;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nofear.image.Printable;

/** Profiles for programs: one JSON object or array. Names are plain by their rule; paths are quoted. */
final class ProfileJson {

    String list(List<Profiles.Profile> profiles) {
        return profiles.stream().map(this::one).collect(Collectors.joining(",", "[", "]"));
    }

    String one(Profiles.Profile profile) {
        return "{\"name\":" + quote(profile.name())
                + ",\"directory\":" + quote(profile.directory().toString())
                + ",\"size\":" + profile.size()
                + ",\"used\":" + profile.used()
                + ",\"lastUse\":"
                + profile.lastUse().map(time -> quote(time.toString())).orElse("null")
                + ",\"pid\":" + profile.vm().map(String::valueOf).orElse("null")
                + "}";
    }

    String changes(List<ProfileDiff.Change> changes) {
        return changes.stream()
                .map(change -> "{\"change\":"
                        + quote(change.kind().name().toLowerCase(Locale.ROOT))
                        + ",\"path\":" + quote(change.path()) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (!Printable.shows(c)) {
                quoted.append(String.format(java.util.Locale.ROOT, "\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
