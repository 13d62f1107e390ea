package org.nofear.setup.describe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Stage;
import org.nofear.setup.resource.BuiltFile;
import org.nofear.setup.resource.FileResource;
import org.nofear.setup.resource.GroupMembership;
import org.nofear.setup.resource.GroupResource;
import org.nofear.setup.resource.Permissions;
import org.nofear.setup.resource.Resource;
import org.nofear.templates.GroupName;

/** NoFear itself as it is distributed, copied to where it is installed; the group, and who is in it. */
final class SetupStage implements Stage {

    private static final String GROUP = GroupName.NOFEAR.value();

    private final Workshop workshop;
    private final Layout layout;
    private final InstallOptions options;
    private final List<String> groups;

    /** @param groups of the host that give access to VMs, NoFear's first */
    SetupStage(Workshop workshop, Layout layout, InstallOptions options, List<String> groups) {
        this.workshop = workshop;
        this.layout = layout;
        this.options = options;
        this.groups = List.copyOf(groups);
    }

    @Override
    public List<Resource> resources() {
        List<Resource> resources = new ArrayList<>();
        resources.add(new GroupResource(GROUP, "who may run VMs"));
        for (String user : options.users()) {
            for (String group : groups) {
                resources.add(new GroupMembership(group, user, user + " may run VMs"));
            }
        }
        resources.add(
                program(workshop.home().resolve("sbin/nofear-setup"), layout.setup(), "the command nofear-setup"));
        resources.add(program(
                workshop.library().resolve("nofear-java"), layout.launcherJava(), "starts what of nofear is Java"));
        resources.add(new BuiltFile(
                layout.checks(),
                workshop.library().resolve("CHECKS.md"),
                Permissions.FILE,
                "what doctor's checks mean"));
        Path jars = workshop.library().resolve("jars");
        try (Stream<Path> files = Files.walk(jars)) {
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .forEach(file -> resources.add(new BuiltFile(
                            layout.jars() + "/" + jars.relativize(file), file, Permissions.FILE, "NoFear's own code")));
            resources.add(FileResource.text(
                    layout.etcAllowList(),
                    new String(workshop.launcherJar().read("org/nofear/launch/etc-allow.list"), StandardCharsets.UTF_8),
                    "which of the host's /etc guests see"));
        } catch (IOException notWhole) {
            throw new UncheckedIOException("not a whole NoFear: " + notWhole.getMessage(), notWhole);
        }
        return resources;
    }

    private static BuiltFile program(Path source, String path, String reason) {
        return new BuiltFile(path, source, Permissions.PROGRAM, reason);
    }
}
