import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nofear.launch.Main;
import org.nofear.setup.cli.Setup;
import org.nofear.setup.cli.Surroundings;
import org.nofear.setup.engine.Interrupt;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Prints the manual page of a command: what its own help says, then the sections that are written by hand.
 *
 * <p>ManPages nofear|nofear-setup SECTION VERSION DATE SECTIONS-FILE
 */
final class ManPages {

    private final PrintStream out;

    private ManPages(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] words) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        new ManPages(out).page(line(words[0]), words[1], words[2], words[3], Files.readString(Path.of(words[4])));
    }

    static CommandLine line(String program) {
        if (program.equals("nofear")) {
            return Main.commandLine(Map.of("HOME", "/nonexistent"));
        }
        Surroundings nothing = new Surroundings(
                new PrintWriter(System.out), new PrintWriter(System.err), Map.of("NOFEAR_PREFIX", "/usr"), Interrupt.NEVER, (a, b, c, d) -> List.of(), Path.of("/usr"));
        return new Setup(nothing).line(List.of());
    }

    private void page(CommandLine line, String section, String version, String date, String sections) {
        CommandSpec spec = line.getCommandSpec();
        String manual = section.equals("1") ? "User Commands" : "System Administration";
        out.println(".TH " + spec.name().toUpperCase() + " " + section + " " + date + " \"NoFear " + version + "\" \"" + manual + "\"");
        out.println(".SH NAME");
        String what = description(spec);
        out.println(escape(spec.name()) + " \\- " + escape(Character.toLowerCase(what.charAt(0)) + what.substring(1, what.length() - 1)));
        out.println(".SH SYNOPSIS");
        line.getSubcommands().forEach((name, sub) -> synopsis(sub.getCommandSpec()));
        out.println(".SH DESCRIPTION");
        out.println(escape(what));
        out.println(".SH OPTIONS");
        spec.options().forEach(this::option);
        out.println(".SH COMMANDS");
        line.getSubcommands().forEach((name, sub) -> command(sub.getCommandSpec()));
        out.print(sections);
    }

    private void synopsis(CommandSpec spec) {
        if (spec.name().equals("help")) {
            return;
        }
        String[] custom = spec.usageMessage().customSynopsis();
        if (custom.length > 0) {
            out.println(".B " + escape(custom[0]).replaceFirst("^(\\S+) (\\S+)", "\"$1 $2\"\n.RI ").replaceFirst("\\.RI  *(.*)", ".RI \"$1\""));
        } else if (!spec.subcommands().isEmpty()) {
            out.println(".B \"" + escape(spec.qualifiedName()) + "\"\n.RI \"" + String.join(" | ", spec.subcommands().keySet()) + " [\" NAME ]");
        } else {
            String words = spec.positionalParameters().stream().map(each -> each.paramLabel()).collect(Collectors.joining(" "));
            out.println(".B \"" + escape(spec.qualifiedName()) + "\"" + (words.isEmpty() ? "" : "\n.I " + words));
        }
        out.println(".br");
    }

    private void command(CommandSpec spec) {
        if (spec.name().equals("help")) {
            return;
        }
        out.println(".SS \"" + escape(spec.qualifiedName()) + "\"");
        out.println(escape(description(spec)));
        spec.options().stream().filter(each -> !each.usageHelp() && !each.versionHelp() && !each.hidden()).forEach(this::option);
        spec.subcommands().values().stream().map(CommandLine::getCommandSpec).forEach(sub -> {
            String words = sub.positionalParameters().stream().map(each -> " " + each.paramLabel()).collect(Collectors.joining());
            out.println(".TP\n\\fB" + escape(sub.name()) + "\\fR\\fI" + words + "\\fR");
            out.println(escape(description(sub)));
        });
    }

    private void option(OptionSpec option) {
        if (option.hidden()) {
            return;
        }
        String value = option.arity().max() > 0 ? "=\\fI" + escape(option.paramLabel()) + "\\fR" : "";
        out.println(".TP\n" + List.of(option.names()).stream().map(name -> "\\fB" + escape(name) + "\\fR").collect(Collectors.joining(", ")) + value);
        String text = String.join(" ", option.description());
        out.println(escape(text));
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description()).replace("%n", " ");
    }

    private static String escape(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("%%", "%");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }
}
