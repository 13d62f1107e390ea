package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nofear.facts.HostFacts;
import org.nofear.host.Host;
import org.nofear.setup.ExitCode;
import org.nofear.setup.SetupLock;
import org.nofear.setup.UserError;
import org.nofear.setup.bundle.Bundle;
import org.nofear.setup.bundle.Redaction;
import org.nofear.setup.describe.Layout;
import org.nofear.setup.doctor.Beforehand;
import org.nofear.setup.doctor.Checks;
import org.nofear.setup.doctor.Doctor;
import org.nofear.setup.doctor.DoctorContext;
import org.nofear.setup.doctor.DoctorJson;
import org.nofear.setup.doctor.Drift;
import org.nofear.setup.doctor.Examination;
import org.nofear.setup.doctor.InstalledDrift;
import org.nofear.setup.files.NewFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nofear-setup doctor}. */
@Command(
        name = "doctor",
        synopsisHeading = "Example: nofear-setup doctor --only kvm.runs%nUsage: ",
        customSynopsis = "nofear-setup doctor [OPTION...]",
        description = "Says what works, what does not, and how to put it right; changes nothing and needs no root.")
final class DoctorCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private RootArgument root = new RootArgument();

    @Mixin
    private PrefixArgument prefix = new PrefixArgument();

    @Mixin
    private OutputArguments output = new OutputArguments();

    @Option(names = "--fix", description = "as root: put right what is NoFear's own, then check again")
    private boolean fix;

    @Option(names = "--dry-run", description = "with --fix: show what it would change; change nothing (needs no root)")
    private boolean dryRun;

    @Option(names = "--only", paramLabel = "ID", description = "this check alone; repeatable")
    private List<String> only = new ArrayList<>();

    @Option(names = "--skip", paramLabel = "ID", description = "not this check; repeatable")
    private List<String> skip = new ArrayList<>();

    @Option(names = "--list", description = "the ids of all checks")
    private boolean list;

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "write what a bug report needs to a new FILE, without names and addresses")
    private @Nullable Path bundle;

    DoctorCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        Set<String> wanted = wanted();
        if (list) {
            wanted.forEach(surroundings.out()::println);
            return ExitCode.OK.number();
        }
        if (dryRun && !fix) {
            throw new UserError(ExitCode.USAGE, "--dry-run goes with --fix: doctor itself changes nothing");
        }
        Path tree = root.root();
        if (dryRun) {
            new FixRun(surroundings, output, tree, prefixOf(tree), results(tree, wanted)).show();
            return ExitCode.OK.number();
        }
        if (fix) {
            Session.needRoot(surroundings, tree, "doctor --fix");
            SetupLock.holding(
                    tree,
                    "doctor --fix",
                    () -> new FixRun(surroundings, output, tree, prefixOf(tree), results(tree, wanted)).fix());
        }
        return bundle == null
                ? report(tree, wanted)
                : bundle(Path.of("").toAbsolutePath().resolve(bundle), tree, wanted);
    }

    private FixRun.Found results(Path tree, Set<String> wanted) {
        return () -> examine(context(tree, wanted), wanted, result -> {});
    }

    private Set<String> wanted() {
        only.forEach(DoctorCommand::known);
        skip.forEach(DoctorCommand::known);
        Set<String> wanted = new LinkedHashSet<>(Checks.ids());
        if (!only.isEmpty()) {
            wanted.retainAll(only);
        }
        skip.forEach(wanted::remove);
        return wanted;
    }

    private static void known(String id) {
        if (!Checks.ids().contains(id)) {
            List<String> like = Checks.like(id);
            throw new UserError(
                    ExitCode.USAGE,
                    "there is no check " + id,
                    like.isEmpty() ? "doctor --list shows all" : "did you mean " + String.join(", ", like) + "?");
        }
    }

    private int bundle(Path file, Path tree, Set<String> wanted) throws IOException {
        DoctorContext context = context(tree, wanted);
        List<Doctor.Result> results = examine(context, wanted, result -> {});
        Host host = surroundings.host(tree);
        Bundle whole = new Bundle(host, new Layout(prefixOf(tree)), Redaction.of(host));
        new NewFile(file).write(whole.text(DoctorJson.text(context.facts(), results), Version.text()));
        surroundings.out().println(file);
        surroundings.err().println("Names and addresses are taken out; read it before you send it.");
        return ExitCode.OK.number();
    }

    private int report(Path tree, Set<String> wanted) {
        DoctorContext context = context(tree, wanted);
        DoctorText text = new DoctorText(
                surroundings.out(),
                !output.noColor() && surroundings.colourOnOutput(),
                output.quiet(),
                output.verbose(),
                surroundings.home().resolve("lib/nofear").resolve(DoctorText.EXPLANATIONS));
        List<Doctor.Result> results = examine(context, wanted, output.json() ? result -> {} : text::show);
        if (output.json()) {
            surroundings.out().println(DoctorJson.text(context.facts(), results));
        } else {
            text.total(results);
        }
        return (Doctor.healthy(results) ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private List<Doctor.Result> examine(DoctorContext context, Set<String> wanted, Consumer<Doctor.Result> each) {
        return doctor().examine(context, wanted, each);
    }

    private Doctor doctor() {
        return new Doctor(Checks.all(), surroundings.interrupt());
    }

    /** What takes long has begun by then. */
    private DoctorContext context(Path tree, Set<String> wanted) {
        Host host = surroundings.host(tree);
        Layout layout = new Layout(prefixOf(tree));
        Beforehand slow = Beforehand.of(host, () -> drift(tree, layout));
        doctor().begin(slow, wanted);
        return new Examination(host, layout, surroundings.variable("SUDO_USER"))
                .context(HostFacts.detect(host, layout.prefix().toString()), slow);
    }

    private Drift.Difference drift(Path tree, Layout layout) throws IOException {
        Session session = Session.reading(surroundings, tree, output);
        return new InstalledDrift(
                        session.target(),
                        session.store(),
                        surroundings.blueprint(),
                        RecordedArguments.read(
                                        surroundings,
                                        tree,
                                        layout.prefix(),
                                        session.store().load().state())
                                .forced())
                .look();
    }

    /** A damaged state is a finding of the check that looks at it. */
    private Path prefixOf(Path tree) {
        Optional<Path> installed = Optional.empty();
        try {
            installed = RecordedArguments.prefix(
                    Session.reading(surroundings, tree, output).store().load().state());
        } catch (IOException | UserError unreadable) {
            // As where nothing is installed.
        }
        return prefix.or(installed);
    }
}
