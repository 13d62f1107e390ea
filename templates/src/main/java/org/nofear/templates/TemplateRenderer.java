package org.nofear.templates;

import freemarker.cache.ClassTemplateLoader;
import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapperBuilder;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.Version;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Renders the generated files. Every value is escaped for the format that its template names; a template that names none can
 * write only values that are plain text of one line. Interpolations are {@code [=name]}, since shells, systemd and nft all
 * have uses of their own for a dollar sign.
 */
public final class TemplateRenderer {

    private static final Version FREEMARKER = Configuration.VERSION_2_3_35;

    private final Configuration configuration;

    public TemplateRenderer() {
        configuration = new Configuration(FREEMARKER);
        configuration.setTemplateLoader(new ClassTemplateLoader(TemplateRenderer.class, ""));
        configuration.setDefaultEncoding("UTF-8");
        configuration.setLocale(Locale.ROOT);
        configuration.setNumberFormat("computer");
        configuration.setBooleanFormat("c");
        configuration.setLocalizedLookup(false);
        configuration.setInterpolationSyntax(Configuration.SQUARE_BRACKET_INTERPOLATION_SYNTAX);
        configuration.setRegisteredCustomOutputFormats(List.copyOf(TextFormat.all()));
        configuration.setOutputFormat(TextFormat.LINE);
        configuration.setRecognizeStandardFileExtensions(false);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setWrapUncheckedExceptions(true);
        // Templates are ours, but a mistake in one must stay a mistake: no classes, no reflection.
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        configuration.setAPIBuiltinEnabled(false);
        configuration.setObjectWrapper(new DefaultObjectWrapperBuilder(FREEMARKER).build());
    }

    /**
     * The file's text; the same for the same values, on every machine.
     *
     * @throws TemplateError when a value cannot be written in the file's format
     */
    public String render(Document document) {
        StringWriter text = new StringWriter();
        try {
            configuration.getTemplate(document.template()).process(Map.of("file", document), text);
        } catch (TemplateException refused) {
            throw new TemplateError(document.template() + ": " + reason(refused), refused);
        } catch (IOException broken) {
            throw new TemplateError(document.template() + ": " + broken.getMessage(), broken);
        }
        return text.toString();
    }

    /** The innermost message is what a format said about a value. */
    private static String reason(Throwable refused) {
        Throwable cause = refused;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof TemplateException problem
                ? problem.getMessageWithoutStackTop()
                : String.valueOf(cause.getMessage());
    }
}
