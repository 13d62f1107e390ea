package org.nofear.templates;

import java.util.regex.Pattern;

/**
 * A line {@code key = value} of a configuration file.
 *
 * @param key of letters, digits and {@code . _ / * -}
 * @param value one line; neither begins nor ends with a space
 */
public record Setting(String key, String value) {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/*-]{0,127}");

    public Setting {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("\"" + key.replaceAll("\\p{C}", "?") + "\" is no name of a setting");
        }
    }
}
