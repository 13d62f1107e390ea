package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code nofear desktop}: menu entries that start a program in NoFear, beside the host's own. */
@Command(name = "desktop", mixinStandardHelpOptions = true, description = "Menu entries that start programs in NoFear.")
final class DesktopCommand {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Add a menu entry, such as \"Firefox (NoFear)\".")
    int add(
            @Option(
                            names = {"-p", "--profile"},
                            paramLabel = "NAME",
                            defaultValue = "default",
                            description = "What the program changes is kept under this name (default: default).")
                    String profile,
            @Option(
                            names = {"-s", "--sound"},
                            description = "With sound.")
                    boolean sound,
            @Parameters(paramLabel = "NAME", description = "A program, or the name of its .desktop file.")
                    String name) {
        String kept = new ProfileName(profile).value();
        Path original = MenuEntries.find(MenuEntries.SYSTEM, name)
                .orElseThrow(() -> LaunchError.failed(
                        "no menu entry in " + MenuEntries.SYSTEM.get(1) + " starts a program named " + name));
        DesktopEntry entry = MenuEntries.read(original)
                .filter(found ->
                        found.get("Exec").isPresent() && found.get("Name").isPresent())
                .orElseThrow(() -> LaunchError.failed(original + " starts no program"));
        String gui = entry.inTerminal() ? "" : " -g";
        String prefix = quoted(main.library().resolve("../../bin/nofear").normalize()) + " run -p " + kept + gui
                + (sound ? " -s" : "") + " --";
        Path file = file(name);
        try {
            if (Files.exists(file) && !isOurs(file)) {
                throw LaunchError.failed(file + " is not NoFear's: move it away first");
            }
            Files.createDirectories(file.getParent());
            Files.writeString(file, entry.inNoFear(prefix));
            return 0;
        } catch (IOException refused) {
            throw LaunchError.failed("cannot write " + file + ": " + refused.getMessage());
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Take it back.")
    int remove(@Parameters(paramLabel = "NAME", description = "As it was added.") String name) {
        Path file = file(name);
        if (!Files.exists(file) || !isOurs(file)) {
            throw LaunchError.failed("NoFear has added no menu entry for " + name);
        }
        try {
            Files.delete(file);
            return 0;
        } catch (IOException refused) {
            throw LaunchError.failed("cannot remove " + file + ": " + refused.getMessage());
        }
    }

    private Path file(String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._+-]{0,127}")) {
            throw LaunchError.failed("\"" + name + "\" is no name of a program");
        }
        Caller caller = main.caller();
        Path data = caller.variable("XDG_DATA_HOME")
                .filter(text -> text.startsWith("/"))
                .map(Path::of)
                .or(() -> caller.variable("HOME").map(home -> Path.of(home, ".local/share")))
                .orElseThrow(() -> LaunchError.failed("HOME is not set"));
        return data.resolve("applications/nofear-" + name + ".desktop");
    }

    private static boolean isOurs(Path file) {
        return MenuEntries.read(file).filter(DesktopEntry::ours).isPresent();
    }

    /** As an Exec line has it. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9._/+-]+") ? text : "\"" + text.replaceAll("([\"`$\\\\])", "\\\\$1") + "\"";
    }
}
