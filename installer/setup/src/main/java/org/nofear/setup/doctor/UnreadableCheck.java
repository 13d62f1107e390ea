package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.nofear.facts.UnreadablePrograms;
import org.nofear.facts.UnreadablePrograms.Unreadable;

/**
 * What of the shared directories nobody may read: the VMM, which is nobody special, cannot give it to a guest. Of the programs
 * among it that guests need (mode 4711, Gentoo's {@code mount}) install keeps copies.
 */
final class UnreadableCheck implements Check {

    private static final int SHOWN = 8;

    @Override
    public String id() {
        return "guest.unreadable";
    }

    @Override
    public void begin(Beforehand slow) {
        slow.shares().begin();
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        UnreadablePrograms programs = context.slow().shares().get().unreadable();
        return judge(context, programs)
                .with(
                        "closed",
                        paths(programs.found()) + (programs.complete() ? "" : " (and more: not all was looked at)"));
    }

    private static Finding judge(DoctorContext context, UnreadablePrograms programs) throws IOException {
        for (Unreadable needed : programs.needed()) {
            if (context.installed().present() && !copied(context, needed.path())) {
                return Finding.fail(
                        "guests need " + needed.path()
                                + ", which nobody may read, and there is no copy of it as it is now",
                        context.fixes().repair());
            }
        }
        List<Unreadable> others = programs.found().stream()
                .filter(each -> each.runnable() && !each.needed())
                .toList();
        if (others.isEmpty()) {
            return Finding.pass("every program that others may run here can be run in guests");
        }
        String words = others.stream().map(each -> Fixes.word(each.path())).collect(Collectors.joining(" "));
        return Finding.warn(
                others.size() + (others.size() == 1 ? " program" : " programs")
                        + " can be run here and not be read, and so not be run in a guest",
                "sudo chmod go+r " + words);
    }

    /** By its size: who is not root cannot see more of the original. */
    private static boolean copied(DoctorContext context, String program) throws IOException {
        Path copy = context.host().path(context.layout().readable(program));
        return Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)
                && Files.size(copy) == Files.size(context.host().path(program));
    }

    private static String paths(List<Unreadable> found) {
        String shown = found.stream().limit(SHOWN).map(Unreadable::path).collect(Collectors.joining(" "));
        return found.isEmpty() ? "nothing" : shown + (found.size() > SHOWN ? " ..." : "");
    }
}
