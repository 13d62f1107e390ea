package org.nofear.recorded;

import java.util.LinkedHashMap;
import java.util.Map;

/** What NoFear has to make of a recorded host: {@code hosts/NAME/expected.txt}. */
public final class Expected {

    private static final String LIKE = "like ";

    private Expected() {}

    /** The values by key, those taken over from another host's included. */
    public static Map<String, String> of(String name) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : RecordedHost.resource(name + "/expected.txt")) {
            if (line.startsWith(LIKE)) {
                values.putAll(of(line.substring(LIKE.length()).strip()));
            } else {
                int colon = line.indexOf(':');
                values.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            }
        }
        return values;
    }
}
