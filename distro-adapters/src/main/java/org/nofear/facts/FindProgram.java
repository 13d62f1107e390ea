package org.nofear.facts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/** GNU's find(1): it looks at as many files in the same time as Java's own walk does with two processors. */
record FindProgram(Host host) {

    /** With nothing in the page cache, from a slow disk. */
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    /** Of each its kind, its mode, where find began, its path from there, and a link's target. */
    private static final String SHOWN = "%y\\0%m\\0%H\\0%P\\0%l\\0";

    private static final int FIELDS = 5;
    private static final int OCTAL = 8;

    /** What Java puts in the place of bytes that are no text. */
    private static final char MALFORMED = '\ufffd';

    /**
     * What is notable below some directories.
     *
     * @return empty where find cannot tell: it is not GNU's, could not see everything, or a name is no text
     */
    Optional<NotableFiles> find(List<String> shares) {
        Optional<String> program = host.program("find").filter(found -> host.answers());
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Path> starts = new HashMap<>();
        shares.forEach(share -> host.place(share).ifPresent(place -> starts.put(place.toString(), Path.of(share))));
        try {
            CommandResult result =
                    host.commands().run(Command.of(argv(program.get(), starts)).withDeadline(DEADLINE));
            return result.succeeded() && result.output().indexOf(MALFORMED) < 0
                    ? Optional.of(new NotableFiles(parsed(result.output(), starts), true))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException otherwise) {
            return Optional.empty();
        }
    }

    private static List<String> argv(String program, Map<String, Path> starts) {
        List<String> argv = new ArrayList<>(List.of(program, "-P"));
        argv.addAll(starts.keySet());
        argv.addAll(List.of("-ignore_readdir_race", "-xdev"));
        argv.addAll(
                List.of("(", "-type", "l", "(", "-lname", "/*", "-o", "-lname", "*..*", ")", "-printf", SHOWN, ")"));
        argv.addAll(List.of("-o", "(", "-type", "f", "!", "-perm", "-004", "-printf", SHOWN, ")"));
        argv.addAll(List.of("-o", "(", "-type", "d", "!", "-perm", "-005", "-printf", SHOWN, "-prune", ")"));
        return argv;
    }

    /** @throws IllegalArgumentException when it is not what was asked for */
    private static List<Notable> parsed(String output, Map<String, Path> starts) {
        List<String> fields = List.of(output.split("\0", -1));
        List<Notable> found = new ArrayList<>();
        for (int at = 0; at + FIELDS < fields.size(); at += FIELDS) {
            found.add(parsed(fields.subList(at, at + FIELDS), starts));
        }
        boolean rest = !fields.get(fields.size() - 1).isEmpty();
        if (rest || found.size() * FIELDS + 1 != fields.size()) {
            throw new IllegalArgumentException("cut short");
        }
        return found;
    }

    private static Notable parsed(List<String> fields, Map<String, Path> starts) {
        Path start = Optional.ofNullable(starts.get(fields.get(2))).orElseThrow(IllegalArgumentException::new);
        Path path = fields.get(3).isEmpty() ? start : start.resolve(fields.get(3));
        return switch (fields.get(0)) {
            case "l" -> new Notable.Link(path, Path.of(fields.get(4)));
            case "f" -> new Notable.Closed(path, Integer.parseInt(fields.get(1), OCTAL), false);
            case "d" -> new Notable.Closed(path, Integer.parseInt(fields.get(1), OCTAL), true);
            default -> throw new IllegalArgumentException("not a kind that was asked for");
        };
    }
}
