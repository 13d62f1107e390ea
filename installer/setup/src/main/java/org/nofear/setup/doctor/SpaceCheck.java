package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.nofear.contract.ConfigKey;
import org.nofear.distro.PackageNeed;

/** Whether profiles have room to grow in the user's home. */
final class SpaceCheck implements Check {

    private static final long LITTLE = 2L << 30;
    private static final long NONE = 256L << 20;
    private static final String FIX = "nofear profile list";

    @Override
    public String id() {
        return "profile.space";
    }

    @Override
    public Finding run(DoctorContext context) throws IOException {
        if (!context.live()) {
            return context.offline("the space in users' homes");
        }
        Optional<String> gone = context.installed()
                .get(ConfigKey.MKE2FS)
                .filter(program -> context.host().file(program).isEmpty());
        if (gone.isPresent()) {
            return Finding.fail(
                    gone.get() + " is gone: no new profile can be made",
                    context.fixes().packages(PackageNeed.MKE2FS));
        }
        Path home = context.host().path(context.user().home());
        if (!Files.isDirectory(home)) {
            return Finding.fail(
                    context.user().name() + " has no home directory to keep profiles in ("
                            + context.user().home() + ")",
                    "NOFEAR_HOME=DIR nofear run ... keeps them elsewhere");
        }
        return judge(Files.getFileStore(home).getUsableSpace())
                .with("directory", context.user().home());
    }

    static Finding judge(long bytes) {
        String free = String.format(Locale.ROOT, "%.1f GiB free", (double) bytes / (1L << 30));
        if (bytes < NONE) {
            return Finding.fail(free + ": a profile's disk cannot be made; delete profiles that are not needed", FIX);
        }
        return bytes < LITTLE
                ? Finding.warn(free + ": profiles have little room; delete those that are not needed", FIX)
                : Finding.pass(free);
    }
}
