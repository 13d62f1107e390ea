package org.nofear.setup.place;

import java.io.IOException;
import java.util.Optional;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A profile in the running kernel's AppArmor.
 *
 * @param file what it is loaded from; its name there is the file's
 */
public record AppArmorPlace(String file) implements Place {

    /** What stands for a profile that is loaded and enforced. */
    public static final Snapshot ENFORCED = Snapshot.Value.of("enforced");

    private static final String PROFILES = "/sys/kernel/security/apparmor/profiles";

    public AppArmorPlace {
        if (!file.matches("/[A-Za-z0-9._/-]+")) {
            throw new IllegalArgumentException("no file of an AppArmor profile: " + file);
        }
    }

    @Override
    public String id() {
        return "apparmor:" + file;
    }

    private String name() {
        return file.substring(file.lastIndexOf('/') + 1);
    }

    @Override
    public Snapshot inspect(Target target) {
        Optional<String> loaded = target.host().read(PROFILES);
        if (loaded.isEmpty() && target.host().os().effectiveUserId() != 0) {
            return new Snapshot.Unseen("only root can look at AppArmor's profiles");
        }
        return loaded.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name() + " "))
                .findFirst()
                .<Snapshot>map(line -> line.endsWith("(enforce)") ? ENFORCED : Snapshot.Value.of("loaded"))
                .orElse(new Snapshot.Absent());
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        if (!wanted.equals(inspect(target)) || !(wanted instanceof Snapshot.Absent)) {
            CommandResult done = target.host().commands().run(command(wanted));
            if (!done.succeeded()) {
                throw new IOException("apparmor_parser, for " + file + ": "
                        + done.error().lines().findFirst().orElse("status " + done.status()));
            }
        }
    }

    /** What is removed goes by its name: the file may be gone. */
    private Command command(Snapshot wanted) {
        return wanted instanceof Snapshot.Absent
                ? Command.of("apparmor_parser", "--remove").withInput("profile " + name() + " {\n}\n")
                : Command.of("apparmor_parser", "--replace", "--skip-cache", "--", file);
    }
}
