package org.nofear.templates;

import freemarker.template.TemplateModelException;
import java.util.regex.Pattern;

/** Names, addresses and numbers: of characters that no language gives a meaning to. */
final class WordEscape implements TextFormat.Escape {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:/-]+");

    @Override
    public String escape(String value) throws TemplateModelException {
        if (!WORD.matcher(value).matches()) {
            throw new TemplateModelException("\"" + value.replaceAll("\\p{C}", "?")
                    + "\" has other characters than letters, digits and . _ : / -");
        }
        return value;
    }
}
