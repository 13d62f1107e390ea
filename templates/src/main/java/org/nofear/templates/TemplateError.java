package org.nofear.templates;

/** A file cannot be generated: a value cannot be written in the file's format, or a template and its values disagree. */
public final class TemplateError extends RuntimeException {

    public TemplateError(String message, Throwable cause) {
        super(message, cause);
    }
}
