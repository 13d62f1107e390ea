package org.nofear.templates;

import freemarker.template.TemplateModelException;

/** One word of sh, in single quotes: nothing in it is expanded. */
final class ShellEscape implements TextFormat.Escape {

    @Override
    public String escape(String value) throws TemplateModelException {
        LineEscape.check(value);
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
