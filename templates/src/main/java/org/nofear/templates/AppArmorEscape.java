package org.nofear.templates;

import freemarker.template.TemplateModelException;

/** A path of an AppArmor profile, inside double quotes that are the template's: wildcards stand for themselves. */
final class AppArmorEscape implements TextFormat.Escape {

    private static final String SPECIAL = "\"\\*?[]{}^@";

    @Override
    public String escape(String value) throws TemplateModelException {
        LineEscape.check(value);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (SPECIAL.indexOf(c) >= 0) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }
}
