package org.nofear.setup.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.nofear.setup.UserError;
import org.nofear.setup.engine.Interrupt;

/**
 * Runs checks in order. One that breaks is a finding as well, and costs no other its turn; one that depends on a failed one is
 * skipped, so that one cause is reported once.
 *
 * @param checks each after those that it depends on
 * @param interrupt asked between checks
 */
public record Doctor(List<Check> checks, Interrupt interrupt) {

    /** What a check found. */
    public record Result(String id, Finding finding) {}

    public Doctor {
        checks = List.copyOf(checks);
    }

    /**
     * Begins what takes long of some of the checks, and of those that they depend on.
     *
     * @param wanted the ids of those that are reported
     */
    public void begin(Beforehand slow, Set<String> wanted) {
        needed(wanted).forEach(check -> check.begin(slow));
    }

    private List<Check> needed(Set<String> wanted) {
        Set<String> needed = new Needed(checks).of(wanted);
        return checks.stream().filter(check -> needed.contains(check.id())).toList();
    }

    /**
     * Runs some of the checks, and those that they depend on.
     *
     * @param wanted the ids of those that are reported
     * @param each told of each result as it comes
     */
    public List<Result> examine(DoctorContext context, Set<String> wanted, Consumer<Result> each) {
        Map<String, Finding> findings = new LinkedHashMap<>();
        begin(context.slow(), wanted);
        List<Result> results = new ArrayList<>();
        for (Check check : needed(wanted)) {
            interrupt.check();
            Finding finding = defects(check, context, finding(check, context, findings));
            findings.put(check.id(), finding);
            if (wanted.contains(check.id())) {
                Result result = new Result(check.id(), finding);
                results.add(result);
                each.accept(result);
            }
        }
        return List.copyOf(results);
    }

    private Finding finding(Check check, DoctorContext context, Map<String, Finding> findings) {
        for (String ahead : check.dependsOn()) {
            Optional<Finding> cause = Optional.ofNullable(findings.get(ahead))
                    .filter(found -> found.status().bad() || found.because().isPresent());
            if (cause.isPresent()) {
                String root = cause.get().because().orElse(ahead);
                return Finding.skip(
                                ahead + " does not hold",
                                cause.get()
                                        .fix()
                                        .orElseGet(() -> context.fixes().install()))
                        .because(root);
            }
        }
        interrupt.mayKill(true);
        try {
            return check.run(context);
        } catch (Interrupt.Interrupted stopped) {
            throw stopped;
        } catch (UserError refused) {
            return Finding.fail(
                    refused.line(),
                    refused.remedy().orElseGet(() -> context.fixes().repair()));
        } catch (IOException | RuntimeException | LinkageError broken) {
            return Finding.of(
                            Status.ERROR,
                            "the check itself broke: " + broken.getMessage(),
                            context.fixes().report(check.id()))
                    .with("exception", broken.getClass().getName());
        } finally {
            interrupt.mayKill(false);
        }
    }

    /** What is known to be wrong with the distribution is evidence in the check that it shows in. */
    private static Finding defects(Check check, DoctorContext context, Finding finding) {
        Finding more = finding;
        int number = 0;
        for (var defect :
                context.facts().adapter().defects(context.facts().distribution().osRelease())) {
            if (defect.check().equals(check.id())) {
                number++;
                more = more.with(
                        number == 1 ? "known defect" : "known defect " + number,
                        defect.summary() + " " + defect.remedy());
            }
        }
        return more;
    }

    /** Whether NoFear works: nothing fails, and every check could be made. */
    public static boolean healthy(List<Result> results) {
        return results.stream().noneMatch(result -> result.finding().status().bad());
    }

    /** Whether something is wrong that NoFear itself can put right. */
    public static boolean repairable(List<Result> results) {
        return results.stream()
                .filter(result -> result.finding().status() != Status.SKIP)
                .anyMatch(result -> result.finding().fix().filter(Fixes::ours).isPresent());
    }

    /** The ids of checks that found something wrong which is not NoFear's to put right. */
    public static List<String> others(List<Result> results) {
        return results.stream()
                .filter(result -> result.finding().status() != Status.SKIP
                        && result.finding()
                                .fix()
                                .filter(fix -> !Fixes.ours(fix))
                                .isPresent())
                .map(Result::id)
                .toList();
    }
}
