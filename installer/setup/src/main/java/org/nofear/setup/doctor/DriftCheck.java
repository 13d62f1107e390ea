package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.List;
import org.nofear.setup.engine.Change;
import org.nofear.setup.engine.Kept;
import org.nofear.setup.engine.Plan;

/** Whether all that install put on the host is still as install would make it. */
final class DriftCheck implements Check {

    private static final int SHOWN = 12;

    @Override
    public String id() {
        return "install.drift";
    }

    @Override
    public void begin(Beforehand slow) {
        slow.drift().begin();
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        Drift.Difference difference = context.slow().drift().get();
        Plan plan = difference.plan();
        Finding finding = judge(context, difference);
        List<Change> changes = plan.changes();
        if (context.installed().present() || difference.recorded() > 0) {
            for (Change change : changes.subList(0, Math.min(SHOWN, changes.size()))) {
                finding = finding.with(change.id(), change.before() + " -> " + change.after());
            }
            if (changes.size() > SHOWN) {
                finding = finding.with("more", (changes.size() - SHOWN) + " more differences");
            }
        }
        for (Kept kept : plan.kept()) {
            finding = finding.with("kept " + kept.what(), kept.why());
        }
        return plan.unseen().isEmpty() ? finding : finding.with("not seen", String.join("; ", plan.unseen()));
    }

    private static Finding judge(DoctorContext context, Drift.Difference difference) {
        Plan plan = difference.plan();
        if (difference.interrupted()) {
            return Finding.fail(
                    "a run of nofear-setup was cut short", context.fixes().repair());
        }
        if (!context.installed().present() && difference.recorded() == 0) {
            return Finding.fail("NoFear is not installed", context.fixes().install());
        }
        if (!plan.changes().isEmpty()) {
            int count = plan.changes().size();
            return Finding.fail(
                    count + (count == 1 ? " thing is" : " things are") + " not as install made them",
                    context.fixes().repair());
        }
        if (!plan.kept().isEmpty()) {
            String first = plan.kept().get(0).what();
            return Finding.warn(
                            "edited since NoFear put it there, and kept: " + first
                                    + (plan.kept().size() > 1
                                            ? " and " + (plan.kept().size() - 1) + " more"
                                            : ""),
                            first.startsWith("/")
                                    ? "sudo rm " + Fixes.word(first) + " && "
                                            + context.fixes().repair()
                                    : "nothing, if that is meant")
                    .with("if that is meant", "nothing has to be done");
        }
        return Finding.pass(
                        plan.unseen().isEmpty()
                                ? "all as install made it"
                                : "all that an ordinary user can see is as install made it")
                .with("places", Integer.toString(difference.recorded()));
    }
}
