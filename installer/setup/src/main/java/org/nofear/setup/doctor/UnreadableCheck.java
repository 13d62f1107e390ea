package org.nofear.setup.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.nofear.host.Host;

/**
 * Programs that everybody may run and nobody may read (mode 4711, Gentoo's {@code mount}): the VMM, which is nobody special,
 * cannot give them to a guest.
 */
final class UnreadableCheck implements Check {

    private static final List<String> DIRECTORIES = List.of(
            "/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin", "/usr/libexec", "/usr/lib", "/usr/lib64");

    private static final List<String> LIBRARIES = List.of("/usr/lib", "/usr/lib64", "/usr/libexec");
    private static final int SHOWN = 8;

    @Override
    public String id() {
        return "guest.unreadable";
    }

    @Override
    public Finding run(DoctorContext context) {
        Host host = context.host();
        Set<String> directories = DIRECTORIES.stream()
                .flatMap(directory -> host.realPath(directory).stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        // One level below the library directories, where packages keep their setuid helpers.
        LIBRARIES.stream()
                .flatMap(directory -> host.realPath(directory).stream())
                .flatMap(directory -> host.names(directory).stream().map(name -> directory + "/" + name))
                .filter(path -> Files.isDirectory(host.path(path), LinkOption.NOFOLLOW_LINKS))
                .forEach(directories::add);
        List<String> programs = new ArrayList<>();
        directories.forEach(directory -> look(host, directory, programs));
        if (programs.isEmpty()) {
            return Finding.pass("every program can be read").with("directories", Integer.toString(directories.size()));
        }
        Collections.sort(programs);
        String words = programs.stream().map(Fixes::word).collect(Collectors.joining(" "));
        return Finding.warn(
                        programs.size() + (programs.size() == 1 ? " program" : " programs")
                                + " can be run here and not be read, and so not be run in a guest",
                        "sudo chmod go+r " + words)
                .with(
                        "programs",
                        String.join(" ", programs.subList(0, Math.min(SHOWN, programs.size())))
                                + (programs.size() > SHOWN ? " ..." : ""));
    }

    private static void look(Host host, String directory, List<String> found) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(host.path(directory))) {
            for (Path entry : entries) {
                if (unreadable(entry)) {
                    found.add(directory + "/" + entry.getFileName());
                }
            }
        } catch (IOException private_) {
            // What the user cannot list he cannot run by its name either.
        }
    }

    private static boolean unreadable(Path file) throws IOException {
        PosixFileAttributes attributes =
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile()
                && attributes.permissions().contains(PosixFilePermission.OTHERS_EXECUTE)
                && !attributes.permissions().contains(PosixFilePermission.OTHERS_READ);
    }
}
