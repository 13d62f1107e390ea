package org.nofear.xpra;

/**
 * A line of an xpra.conf.
 *
 * @param key an option's name
 * @param value one line
 */
public record XpraSetting(String key, String value) {

    public XpraSetting {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a value of xpra.conf is one line: " + key);
        }
    }
}
