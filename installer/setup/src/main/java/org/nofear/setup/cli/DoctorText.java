package org.nofear.setup.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nofear.setup.doctor.Doctor;
import org.nofear.setup.doctor.Finding;
import org.nofear.setup.doctor.Status;

/**
 * What doctor found, for people: a line a check, and under anything but a pass what was seen and what puts it right.
 *
 * @param colour whether status words are coloured
 * @param quiet whether passes are left out
 * @param verbose whether what was seen is shown under passes too
 * @param explanations the file with a section for each check
 */
record DoctorText(PrintWriter out, boolean colour, boolean quiet, boolean verbose, Path explanations) {

    /** Its name in {@code lib/nofear} of the NoFear that runs. */
    static final String EXPLANATIONS = "CHECKS.md";

    private static final int STATUS_WIDTH = 5;
    private static final int ID_WIDTH = 18;

    void show(Doctor.Result result) {
        Finding finding = result.finding();
        boolean pass = finding.status() == Status.PASS;
        if (pass && quiet) {
            return;
        }
        out.println(status(finding.status()) + " " + pad(result.id(), ID_WIDTH) + " " + Lines.one(finding.summary()));
        finding.because().ifPresent(id -> line("because", id));
        if (!pass || verbose) {
            evidence(finding).ifPresent(text -> line("seen", text));
        }
        finding.fix().ifPresent(fix -> line("fix", fix));
        if (!pass) {
            line("more", explanations + ", " + result.id());
        }
    }

    /** How many of each. */
    void total(List<Doctor.Result> results) {
        out.println(Arrays.stream(Status.values())
                .map(status -> results.stream()
                                .filter(result -> result.finding().status() == status)
                                .count()
                        + " " + status.word())
                .filter(text -> !text.startsWith("0 ") || text.equals("0 fail"))
                .collect(Collectors.joining(", ")));
    }

    private static Optional<String> evidence(Finding finding) {
        return Optional.of(finding.evidence().entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining("; ")))
                .filter(text -> !text.isEmpty());
    }

    private void line(String name, String text) {
        out.println("      " + name + ": " + Lines.one(text));
    }

    private String status(Status status) {
        String word = pad(status.word(), STATUS_WIDTH);
        if (!colour) {
            return word;
        }
        int number = switch (status) {
            case PASS -> 32;
            case WARN -> 33;
            case FAIL, ERROR -> 31;
            case SKIP -> 36;
        };
        return "\u001b[" + number + "m" + word + "\u001b[0m";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
