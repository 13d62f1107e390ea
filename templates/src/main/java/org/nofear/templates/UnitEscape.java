package org.nofear.templates;

import freemarker.template.TemplateModelException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A word of a systemd unit. Spaces, quotes and backslashes are written as {@code \xHH}, which Exec lines and lists undo;
 * {@code %} is doubled. A dollar sign is refused: where it stands decides whether systemd expands it.
 */
final class UnitEscape implements TextFormat.Escape {

    @Override
    public String escape(String value) throws TemplateModelException {
        LineEscape.check(value);
        if (value.indexOf('$') >= 0) {
            throw new TemplateModelException("\"" + value + "\": a systemd unit cannot hold a dollar sign");
        }
        StringBuilder text = new StringBuilder();
        for (byte unit : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (unit & 0xff);
            if (c == '%') {
                text.append("%%");
            } else if (plain(c)) {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return text.toString();
    }

    private static boolean plain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "/._-:@+,=".indexOf(c) >= 0;
    }
}
