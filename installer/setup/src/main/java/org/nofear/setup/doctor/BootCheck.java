package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.nofear.contract.VmmKind;
import org.nofear.setup.boot.BootDeadlines;
import org.nofear.setup.boot.BootResult;
import org.nofear.setup.boot.BootTest;
import org.nofear.setup.files.PrivateDirectory;

/** Boots the guest for real, as install does: a command's output and status have to come back. */
final class BootCheck implements Check {

    @Override
    public String id() {
        return "boot.selftest";
    }

    @Override
    public List<String> dependsOn() {
        return List.of("vmm.binary", "kernel.image", "guest.image");
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        if (!context.live()) {
            return context.offline("whether a guest boots");
        }
        VmmKind vmm = context.installed().vmm().orElseThrow();
        if (vmm.hardware() && !context.facts().kvm().device().usable()) {
            return Finding.skip(
                            "this user may not use /dev/kvm", context.fixes().asRoot(id()))
                    .because("kvm.access");
        }
        try (PrivateDirectory scratch = PrivateDirectory.in(parent(context))) {
            BootDeadlines deadlines =
                    BootDeadlines.forProcessor(context.facts().kvm().cpu().virtualization());
            BootTest test = new BootTest(
                    context.host().commands(),
                    context.host().path(context.layout().launcher()),
                    scratch.path());
            return judge(context, test.boot(vmm, deadlines.of(vmm)));
        }
    }

    private static Finding judge(DoctorContext context, BootResult result) {
        if (result instanceof BootResult.Booted booted) {
            return Finding.pass(String.format(
                    Locale.ROOT,
                    "a guest booted with %s and answered, in %.1f s",
                    booted.vmm().title(),
                    booted.took().toMillis() / 1000.0));
        }
        BootResult.Failed failed = (BootResult.Failed) result;
        return Finding.fail(
                        "no guest with " + failed.vmm().title() + ": " + failed.reason(),
                        context.fixes().repair())
                .with("launcher", context.layout().launcher());
    }

    /** A directory of the session's, of root's, or the one for everybody's temporaries. */
    private static Path parent(DoctorContext context) {
        int user = context.host().os().effectiveUserId();
        return Stream.of("/run/user/" + user, user == 0 ? "/run" : "/tmp", "/tmp")
                .map(context.host()::path)
                .filter(directory -> Files.isDirectory(directory) && Files.isWritable(directory))
                .findFirst()
                .orElse(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
    }
}
