package org.nofear.templates;

import freemarker.core.CommonTemplateMarkupOutputModel;
import org.jspecify.annotations.Nullable;

/** Text that is already written in a format. */
final class EscapedText extends CommonTemplateMarkupOutputModel<EscapedText> {

    private final TextFormat format;

    EscapedText(TextFormat format, @Nullable String plain, @Nullable String escaped) {
        super(plain, escaped);
        this.format = format;
    }

    @Override
    public TextFormat getOutputFormat() {
        return format;
    }
}
