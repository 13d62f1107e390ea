package org.nofear.templates;

import freemarker.core.CommonMarkupOutputFormat;
import freemarker.template.TemplateModelException;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The formats of generated files: how a value is written so that it means itself. */
final class TextFormat extends CommonMarkupOutputFormat<EscapedText> {

    /** Lines of plain text without any quoting. What is more than one line is refused. */
    static final TextFormat LINE = new TextFormat("line", new LineEscape());

    /** sh: every value is one quoted word. */
    static final TextFormat SH = new TextFormat("sh", new ShellEscape());

    /** systemd's units. */
    static final TextFormat UNIT = new TextFormat("unit", new UnitEscape());

    /** nft's language has no escapes: only what cannot end a word is let through. */
    static final TextFormat NFT = new TextFormat("nft", new WordEscape());

    /** AppArmor's profiles: every value is a quoted path without wildcards. */
    static final TextFormat APPARMOR = new TextFormat("apparmor", new AppArmorEscape());

    private final Escape escape;

    private TextFormat(String name, Escape escape) {
        this.name = name;
        this.escape = escape;
    }

    private final String name;

    /** How one value is written. */
    interface Escape {

        /**
         * The value in the format.
         *
         * @throws TemplateModelException when the format cannot hold it
         */
        String escape(String value) throws TemplateModelException;
    }

    static List<TextFormat> all() {
        return List.of(LINE, SH, UNIT, NFT, APPARMOR);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public @Nullable String getMimeType() {
        return null;
    }

    @Override
    public void output(String text, Writer out) throws IOException, TemplateModelException {
        out.write(escape.escape(text));
    }

    @Override
    public String escapePlainText(String text) throws TemplateModelException {
        return escape.escape(text);
    }

    @Override
    public boolean isLegacyBuiltInBypassed(String builtIn) {
        return false;
    }

    @Override
    public boolean isAutoEscapedByDefault() {
        return true;
    }

    @Override
    public boolean isOutputFormatMixingAllowed() {
        return false;
    }

    @Override
    protected EscapedText newTemplateMarkupOutputModel(@Nullable String plain, @Nullable String escaped) {
        return new EscapedText(this, plain, escaped);
    }
}
