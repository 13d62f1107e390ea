package org.nofear.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a program for its version once, for as long as its file stays the same one: each part of an installation looks anew, since
 * packages may have come meanwhile, and {@code xpra --version} alone takes a third of a second. Other commands pass.
 */
final class RememberedVersions implements CommandRunner {

    private static final String QUESTION = "--version";

    private final CommandRunner runner;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    RememberedVersions(CommandRunner runner) {
        this.runner = runner;
    }

    @Override
    public CommandResult run(Command command) throws IOException {
        Optional<Program> program = asked(command);
        if (program.isEmpty()) {
            return runner.run(command);
        }
        String path = command.argv().get(0);
        Answer known = answers.get(path);
        if (known != null && known.program().equals(program.get())) {
            return known.result();
        }
        CommandResult result = runner.run(command);
        if (result.succeeded()) {
            answers.put(path, new Answer(program.get(), result));
        }
        return result;
    }

    /** The program whose version is asked for, if that is all the command does. */
    private static Optional<Program> asked(Command command) throws IOException {
        List<String> argv = command.argv();
        boolean version = argv.size() == 2
                && argv.get(0).startsWith("/")
                && argv.get(1).equals(QUESTION)
                && command.log().isEmpty();
        return version ? Program.at(Path.of(argv.get(0))) : Optional.empty();
    }

    /** A file at a time: an upgrade brings another inode, a change in place another time of change. */
    private record Program(Path file, Map<String, Object> status) {

        static Optional<Program> at(Path path) throws IOException {
            return Files.isRegularFile(path)
                    ? Optional.of(new Program(path.toRealPath(), Files.readAttributes(path, "unix:ino,ctime,size")))
                    : Optional.empty();
        }
    }

    private record Answer(Program program, CommandResult result) {}
}
