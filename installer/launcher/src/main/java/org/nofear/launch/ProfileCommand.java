package org.nofear.launch;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nofear.image.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code nofear profile}: what is kept, by name. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        synopsisHeading = "Example: nofear profile list%nUsage: ",
        description = "List, make, delete or show profiles.",
        synopsisSubcommandLabel = "list|create|delete|show|diff")
final class ProfileCommand {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private Main main;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            synopsisHeading = "Example: nofear profile list --json%nUsage: ",
            description = "One line a profile.")
    int list(@Option(names = "--json", description = "For programs.") boolean json) {
        List<Profiles.Profile> profiles = profiles().list();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ProfileJson().list(profiles));
        } else {
            profiles.forEach(profile -> out.println(line(profile)));
        }
        return 0;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            synopsisHeading = "Example: nofear profile create bank%nUsage: ",
            description = "Make a profile.")
    int create(@Parameters(paramLabel = "NAME") String name) {
        profiles().create(new ProfileName(name));
        return 0;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            synopsisHeading = "Example: nofear profile delete bank%nUsage: ",
            description = "Delete a profile and all that it keeps.")
    int delete(@Parameters(paramLabel = "NAME") String name) {
        profiles().delete(new ProfileName(name));
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            synopsisHeading = "Example: nofear profile show bank%nUsage: ",
            description = "Show a profile.")
    int show(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--json", description = "For programs.") boolean json) {
        Profiles.Profile profile = profiles().show(new ProfileName(name));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ProfileJson().one(profile));
            return 0;
        }
        out.println("name      " + profile.name());
        out.println("directory " + Printable.of(profile.directory().toString()));
        out.println("size      " + mebibytes(profile.size()));
        out.println("used      " + mebibytes(profile.used()));
        out.println("last use  " + profile.lastUse().map(Object::toString).orElse("never"));
        out.println(
                "runs      " + profile.vm().map(pid -> "yes, process " + pid).orElse("no"));
        return 0;
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            synopsisHeading = "Example: nofear profile diff bank%nUsage: ",
            description = "List what a profile added, changed or deleted against the host, in its VM.")
    int diff(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--json", description = "For programs.") boolean json) {
        ProfileName profile = new ProfileName(name);
        profiles().show(profile);
        List<ProfileDiff.Change> changes =
                new ProfileDiff(Path.of("/")).of(main.library().resolve("../../bin/nofear"), profile);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ProfileJson().changes(changes));
        } else {
            changes.forEach(change -> out.println(word(change.kind()) + " " + Printable.of(change.path())));
        }
        return 0;
    }

    private static String word(ProfileDiff.Kind kind) {
        return String.format(Locale.ROOT, "%-7s", kind.name().toLowerCase(Locale.ROOT));
    }

    private Profiles profiles() {
        return new Profiles(main.caller());
    }

    private static String line(Profiles.Profile profile) {
        return String.format(
                        Locale.ROOT,
                        "%-24s %12s  %s",
                        profile.name(),
                        mebibytes(profile.used()),
                        profile.vm().map(pid -> "running").orElse(""))
                .stripTrailing();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
