package org.nofear.kernel;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An option that the guest kernel is asked to have.
 *
 * @param names its name, then the one it had in older sources
 * @param value {@code y}, {@code n}, a number or a quoted text
 * @param since the first version that has it, where older ones do without
 * @param until the last version that lets it be chosen, where newer ones do not
 */
public record KernelOption(
        List<String> names, String value, Optional<KernelVersion> since, Optional<KernelVersion> until) {

    /** {@code CONFIG_X=y}, and in a comment what holds for sources of other versions. */
    private static final Pattern LINE = Pattern.compile("(?<name>CONFIG_\\w+)=(?<value>\"[^\"]*\"|\\w+)"
            + "(?:\\s+#(?: since (?<since>\\S+))?(?: until (?<until>\\S+))?(?: formerly (?<former>CONFIG_\\w+))?)?");

    public KernelOption {
        names = List.copyOf(names);
    }

    /** A line of a fragment: {@code CONFIG_X=y # since 5.13 until 6.5 formerly CONFIG_Y}, of which the comment may be missing. */
    static KernelOption parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException("no option: " + line);
        }
        List<String> names = Stream.of("name", "former")
                .flatMap(group -> Optional.ofNullable(matcher.group(group)).stream())
                .toList();
        return new KernelOption(
                names,
                matcher.group("value"),
                Optional.ofNullable(matcher.group("since")).map(KernelVersion::parse),
                Optional.ofNullable(matcher.group("until")).map(KernelVersion::parse));
    }

    /** Whether a kernel of that version can be asked for it. */
    boolean in(KernelVersion kernel) {
        return since.map(first -> kernel.compareTo(first) >= 0).orElse(true)
                && until.map(last -> kernel.compareTo(last) <= 0).orElse(true);
    }

    /** What kconfig is told: all names, of which it knows one. */
    String text() {
        StringBuilder text = new StringBuilder();
        names.forEach(name -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }
}
