package org.nofear.setup.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.CommandRunner;
import org.nofear.host.ToolPath;
import org.nofear.setup.files.Checkpoint;

/** What is live on a machine, as nft, systemctl and a package manager show it: it outlives a killed setup. */
final class FakeSystem {

    private static final Pattern TABLE = Pattern.compile("(?s)table (\\w+) (\\w+) \\{.*");

    final Map<String, String> tables = new TreeMap<>();
    final Set<String> running = new TreeSet<>();
    final Set<String> installed = new LinkedHashSet<>();
    final List<List<String>> ran = new ArrayList<>();

    /** How many calls of the package manager find its lock taken. */
    int lockedFor;

    /** Programs that end with status 1, by name. */
    final Set<String> broken = new TreeSet<>();

    /** What a unit loads, with its table's name, whenever it is started. */
    Optional<Path> rules = Optional.empty();

    private final Path programs;

    FakeSystem(Path programs) throws IOException {
        this.programs = programs;
        Files.createDirectories(programs);
        for (String each : List.of("nft", "systemctl")) {
            Files.createFile(
                    programs.resolve(each),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
    }

    ToolPath tools() {
        return new ToolPath(List.of(programs));
    }

    /** A kill can come before a program does its work, and after. */
    CommandRunner runner(Checkpoint checkpoint) {
        return command -> {
            checkpoint.passed("about to run " + command.argv());
            CommandResult result = run(command);
            checkpoint.passed("ran " + command.argv());
            return result;
        };
    }

    private CommandResult run(Command command) {
        List<String> argv = command.argv();
        ran.add(argv);
        if (broken.contains(argv.get(0))) {
            return result(1, "", "Error: " + argv.get(0) + " is broken");
        }
        return switch (argv.get(0)) {
            case "nft" -> nft(argv, command.input());
            case "systemctl" -> systemctl(argv);
            case "dpkg-query" -> {
                String name = argv.get(argv.size() - 1);
                yield installed.contains(name) ? result(0, name + " installed\n", "") : result(1, "", "");
            }
            case "apt-get" -> {
                if (lockedFor > 0) {
                    lockedFor--;
                    yield result(
                            100,
                            "",
                            "Reading...\nE: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 77 (apt)\n");
                }
                installed.addAll(argv.subList(1, argv.size()));
                yield result(0, "", "");
            }
            default -> result(127, "", "no such program");
        };
    }

    private CommandResult nft(List<String> argv, String input) {
        if (argv.contains("list")) {
            String name = argv.get(argv.size() - 2) + " " + argv.get(argv.size() - 1);
            String text = tables.getOrDefault(name, "");
            return text.isEmpty() ? result(1, "", "Error: No such file or directory") : result(0, text, "");
        }
        String rest = input;
        for (String word : List.of("add table ", "delete table ")) {
            String name = rest.substring(word.length(), rest.indexOf('\n'));
            rest = rest.substring(rest.indexOf('\n') + 1);
            tables.remove(name);
        }
        Matcher table = TABLE.matcher(rest);
        if (table.matches()) {
            tables.put(table.group(1) + " " + table.group(2), rest);
        }
        return result(0, "", "");
    }

    private CommandResult systemctl(List<String> argv) {
        String unit = argv.get(argv.size() - 1);
        return switch (argv.get(1)) {
            case "is-active" -> result(running.contains(unit) ? 0 : 3, "", "");
            case "restart" -> {
                running.add(unit);
                rules.ifPresent(file -> tables.put("inet nofear", text(file)));
                yield result(0, "", "");
            }
            case "stop" -> {
                running.remove(unit);
                rules.ifPresent(file -> tables.remove("inet nofear"));
                yield result(0, "", "");
            }
            default -> result(0, "", "");
        };
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }

    private static CommandResult result(int status, String output, String error) {
        return new CommandResult(status, output, error, false);
    }
}
