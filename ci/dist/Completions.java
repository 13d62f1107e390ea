import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.nofear.launch.Main;
import org.nofear.setup.cli.Setup;
import org.nofear.setup.cli.Surroundings;
import org.nofear.setup.doctor.Checks;
import org.nofear.setup.engine.Interrupt;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Fills a shell's completion script with the words of a command: what its own options, commands and checks are now. One line
 * of data a word, {@code PATH|WORD|KIND|WHAT}: the command that the word belongs to ("run", "profile delete"; empty for the
 * first word), the word, what its value is (empty: it has none), and what it does. The script looks words up in these.
 *
 * <p>Completions nofear|nofear-setup
 */
final class Completions {

    private static final Set<String> TAKE_PROFILE = Set.of("stop", "profile delete", "profile show");

    private Completions() {}

    public static void main(String[] words) {
        CommandLine line = words[0].equals("nofear") ? Main.commandLine(Map.of("HOME", "/nonexistent")) : setup();
        List<String> table = new ArrayList<>();
        describe(line.getCommandSpec(), "", table);
        if (!words[0].equals("nofear")) {
            table.add("doctor|=check||" + String.join(" ", Checks.ids()));
        }
        table.forEach(System.out::println);
    }

    private static CommandLine setup() {
        return new Setup(new Surroundings(
                        new PrintWriter(System.out),
                        new PrintWriter(System.err),
                        Map.of(),
                        Interrupt.NEVER,
                        (a, b, c, d) -> List.of(),
                        java.nio.file.Path.of("/usr")))
                .line(List.of());
    }

    private static void describe(CommandSpec spec, String path, List<String> table) {
        for (OptionSpec option : spec.options()) {
            if (!option.hidden()) {
                String kind = option.arity().max() > 0 ? kind(option) : "";
                for (String name : option.names()) {
                    table.add(path + "|" + name + "|" + kind + "|" + what(option.description()));
                }
            }
        }
        Set<CommandLine> known = new LinkedHashSet<>();
        spec.subcommands().forEach((name, sub) -> {
            if (known.add(sub)) {
                String below = path.isEmpty() ? name : path + " " + name;
                table.add(path + "|" + name + "||" + what(sub.getCommandSpec().usageMessage().description()));
                describe(sub.getCommandSpec(), below, table);
            }
        });
        if (TAKE_PROFILE.contains(path)) {
            table.add(path + "|=argument|profile|");
        }
    }

    /** What completes the value: a kind of thing, or the words to choose from. */
    private static String kind(OptionSpec option) {
        String label = option.paramLabel();
        return switch (option.longestName()) {
            case "--profile", "--delete" -> "profile";
            case "--only", "--skip" -> "check";
            case "--user" -> "user";
            case "--env" -> "variable";
            default -> label.contains("DIR") || label.contains("FILE")
                    ? (label.equals("DIR") || label.startsWith("DIR[") ? "directory" : "file" + choices(label))
                    : label.contains("|") ? choices(label).strip() : "any";
        };
    }

    private static String choices(String label) {
        return Arrays.stream(label.split("\\|"))
                .filter(word -> word.equals(word.toLowerCase(java.util.Locale.ROOT)))
                .map(word -> " " + word)
                .collect(Collectors.joining());
    }

    private static String what(String[] description) {
        return String.join(" ", description).replace("%n", " ").replace("|", "/").replace("'", "’").replaceAll("\\$\\{DEFAULT-VALUE\\}", "NoFear’s own").strip();
    }
}
