package org.nofear.templates;

import java.util.regex.Pattern;

/**
 * What the names of NoFear's network interfaces begin with; a number follows.
 *
 * @param value letters, at most nine: the kernel's limit is 15 characters in all
 */
public record InterfacePrefix(String value) {

    private static final Pattern FORM = Pattern.compile("[a-z]{1,9}");

    public static final InterfacePrefix DEFAULT = new InterfacePrefix("nofear");

    public InterfacePrefix {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is no prefix for interfaces: take up to nine letters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
