package org.nofear.recorded;

import java.io.IOException;
import java.util.List;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.CommandRunner;

/** Answers with the outputs that a recording holds; what it does not hold cannot be started. */
record RecordedCommands(List<RecordedEntry> entries) implements CommandRunner {

    RecordedCommands {
        entries = List.copyOf(entries);
    }

    @Override
    public CommandResult run(Command command) throws IOException {
        return entries.stream()
                .filter(RecordedEntry.Output.class::isInstance)
                .map(RecordedEntry.Output.class::cast)
                .filter(output -> output.argv().equals(command.argv()))
                .map(output -> new CommandResult(output.status(), output.text(), "", false))
                .findFirst()
                .orElseThrow(() -> new IOException("not recorded: " + command.argv()));
    }
}
