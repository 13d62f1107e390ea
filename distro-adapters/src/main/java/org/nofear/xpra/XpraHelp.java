package org.nofear.xpra;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options that {@code xpra --help} lists. Asked only where the version is unknown: the table knows more.
 *
 * @param options whether each takes a value, by its name without dashes
 */
public record XpraHelp(Map<String, Boolean> options) {

    /** Python's optparse: options are indented by 2 or 4, their explanations by more, behind them after two blanks. */
    private static final Pattern LINE = Pattern.compile("(?m)^ {2,6}(-[^\\n]*)$");

    private static final Pattern OPTION = Pattern.compile("--([a-z][a-z0-9-]{0,60})(=?)");
    private static final String EXPLANATION = "  ";
    private static final String NEGATION = "no-";

    public XpraHelp {
        options = Map.copyOf(options);
    }

    public static XpraHelp parse(String text) {
        Map<String, Boolean> options = new TreeMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            String words = line.group(1);
            int end = words.indexOf(EXPLANATION);
            Matcher option = OPTION.matcher(end < 0 ? words : words.substring(0, end));
            while (option.find()) {
                options.merge(option.group(1), !option.group(2).isEmpty(), Boolean::logicalOr);
            }
        }
        return new XpraHelp(options);
    }

    XpraForm form(String option) {
        Boolean value = options.get(option);
        if (value != null) {
            return value ? XpraForm.VALUE : XpraForm.FLAG;
        }
        return options.containsKey(NEGATION + option) ? XpraForm.FLAG : XpraForm.ABSENT;
    }
}
