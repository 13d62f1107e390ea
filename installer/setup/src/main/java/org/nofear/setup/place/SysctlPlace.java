package org.nofear.setup.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nofear.facts.ForwardingUsers;
import org.nofear.host.Host;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The live value of a kernel parameter.
 *
 * @param name with dots
 */
public record SysctlPlace(String name) implements Place {

    public SysctlPlace {
        if (!name.matches("[a-z0-9_]+(\\.[a-z0-9_-]+)+")) {
            throw new IllegalArgumentException("no kernel parameter: " + name);
        }
    }

    @Override
    public String id() {
        return "sysctl:" + name;
    }

    @Override
    public List<String> others(Target target) throws IOException {
        if (!name.equals(ForwardingUsers.PARAMETER)) {
            return List.of();
        }
        Host host = target.host();
        // As the value itself: of the tree that is written.
        Path root =
                Optional.ofNullable(target.files().locate("/proc").getParent()).orElse(Path.of("/"));
        return ForwardingUsers.withRules(new Host(root, host.tools(), host.commands(), host.os()));
    }

    private String file() {
        return "/proc/sys/" + name.replace('.', '/');
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        Path file = target.files().locate(file());
        if (!Files.exists(file)) {
            return new Snapshot.Absent();
        }
        try {
            return Snapshot.Value.of(Files.readString(file).strip().replaceAll("\\s+", " "));
        } catch (IOException unreadable) {
            return new Snapshot.Unseen(name + " can only be read by root");
        }
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        if (wanted instanceof Snapshot.Value value && !wanted.equals(inspect(target))) {
            target.files().writeKernelValue(file(), value.text());
        }
    }
}
