package org.nofear.templates;

import java.util.regex.Pattern;

/**
 * A group of the host.
 *
 * @param value as groupadd(8) accepts it
 */
public record GroupName(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z_][a-z0-9_-]{0,31}");

    public static final GroupName NOFEAR = new GroupName("nofear");

    public GroupName {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value.replaceAll("\\p{C}", "?") + "\" is no name of a group");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
