package org.nofear.templates;

import freemarker.template.TemplateModelException;

/** Plain text of one line: nothing to escape with, so what would not read back as itself is refused. */
final class LineEscape implements TextFormat.Escape {

    @Override
    public String escape(String value) throws TemplateModelException {
        check(value);
        if (!value.equals(value.strip())) {
            throw new TemplateModelException("\"" + value + "\" begins or ends with a space");
        }
        return value;
    }

    /** Refuses control characters, line ends among them. */
    static void check(String value) throws TemplateModelException {
        if (value.codePoints().anyMatch(LineEscape::endsOrHidesText)) {
            throw new TemplateModelException("\"" + value.replaceAll("\\p{C}|\\p{Z}", "?")
                    + "\" has a line end or another control character in it");
        }
    }

    private static boolean endsOrHidesText(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
