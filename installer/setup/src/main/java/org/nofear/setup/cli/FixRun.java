package org.nofear.setup.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.setup.ExitCode;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.UserError;
import org.nofear.setup.describe.BootRecord;
import org.nofear.setup.doctor.Doctor;
import org.nofear.setup.doctor.Repair;
import org.nofear.setup.doctor.Status;
import org.nofear.setup.engine.Outcome;
import org.nofear.setup.engine.Plan;
import org.nofear.setup.engine.Uninstaller;
import org.nofear.setup.journal.StateStore;

/**
 * {@code doctor --fix}: what install made is made again, an uninstall that was cut short is finished, and where nothing was
 * installed nothing is.
 *
 * @param prefix where NoFear is, or is said to be
 * @param found what doctor found, looked at when it is asked for
 */
record FixRun(Surroundings surroundings, OutputArguments output, Path tree, Path prefix, Found found) {

    private static final String BOOT = "boot.selftest";
    private static final String UNINSTALL = "uninstall";

    /** Runs the checks. */
    interface Found {
        List<Doctor.Result> results();
    }

    /** Shows what {@link #fix} would change. */
    void show() throws IOException {
        Session session = Session.reading(surroundings, tree, output);
        StateStore.Loaded loaded = session.store().load();
        if (nothing(loaded)) {
            refuse(session);
        } else if (loaded.interrupted().filter(UNINSTALL::equals).isPresent()) {
            session.report().plan(uninstaller(session).plan());
        } else {
            List<Doctor.Result> results = found.results();
            Optional<Plan> plan = new Repair(session.installation(surroundings)).planned(results, options(loaded));
            plan.ifPresent(session.report()::plan);
            if (plan.isEmpty()) {
                session.progress().note("nothing that is NoFear's to put right");
            }
            others(session, results);
        }
    }

    /** The lock must be held. */
    int fix() throws IOException {
        Session looking = Session.reading(surroundings, tree, output);
        StateStore.Loaded loaded = looking.store().load();
        if (nothing(loaded)) {
            refuse(looking);
            return ExitCode.FAILED.number();
        }
        Session session = Session.writing(surroundings, tree, output);
        if (loaded.interrupted().filter(UNINSTALL::equals).isPresent()) {
            session.progress().note("finishing the uninstall that was cut short");
            session.report().outcome(uninstaller(session).uninstall());
            return ExitCode.OK.number();
        }
        List<Doctor.Result> results = found.results();
        if (session.target().host().live() && failed(results, BOOT)) {
            BootRecord.forget();
        }
        Optional<Outcome> outcome = new Repair(session.installation(surroundings)).after(results, options(loaded));
        if (outcome.isEmpty()) {
            session.progress().note("nothing that is NoFear's to put right");
        }
        outcome.ifPresent(done -> tell(session, done));
        others(session, results);
        return ExitCode.OK.number();
    }

    private static void tell(Session session, Outcome outcome) {
        outcome.changes()
                .forEach(change -> session.progress().note("put right: " + change.id() + " (" + change.reason() + ")"));
        outcome.kept().forEach(kept -> session.progress().note("left as it is: " + kept.what() + ", " + kept.why()));
    }

    private static void others(Session session, List<Doctor.Result> results) {
        List<String> ids = Doctor.others(results);
        if (!ids.isEmpty()) {
            session.progress().note("not NoFear's to put right (doctor says what does): " + String.join(", ", ids));
        }
    }

    private static boolean failed(List<Doctor.Result> results, String id) {
        return results.stream()
                .anyMatch(result -> result.id().equals(id) && result.finding().status() == Status.FAIL);
    }

    private static boolean nothing(StateStore.Loaded loaded) {
        return loaded.state().isEmpty() && loaded.interrupted().isEmpty();
    }

    private static void refuse(Session session) {
        session.progress()
                .warn(
                        "nothing is installed here, and doctor --fix repairs but never installs: sudo nofear-setup install");
    }

    private Uninstaller uninstaller(Session session) {
        return new Uninstaller(session.target(), session.store(), session.progress(), surroundings.interrupt());
    }

    /** Another prefix than the one that is installed would move the installation, not repair it. */
    private InstallOptions options(StateStore.Loaded loaded) {
        Optional<Path> installed = RecordedArguments.prefix(loaded.state()).filter(other -> !other.equals(prefix));
        if (installed.isPresent()) {
            throw new UserError(
                    ExitCode.FAILED,
                    "NoFear is installed in " + installed.get() + ", not in " + prefix,
                    "sudo " + installed.get().resolve("sbin/nofear-setup") + " doctor --fix");
        }
        return RecordedArguments.read(surroundings, tree, prefix, loaded.state());
    }
}
