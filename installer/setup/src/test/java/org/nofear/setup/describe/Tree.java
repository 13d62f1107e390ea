package org.nofear.setup.describe;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.nofear.host.Host;
import org.nofear.host.NativeOs;
import org.nofear.setup.InstallOptions;
import org.nofear.setup.engine.Progress;
import org.nofear.setup.files.Checkpoint;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.place.Target;

/** A small tree of a host, and a distribution of NoFear to install on it. */
record Tree(Path root, Path home) {

    /** The head of an ELF program: 64 bits, little-endian; e_machine follows at 18. */
    private static final byte[] ELF = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0};

    static Tree in(Path directory) throws IOException {
        Tree tree = new Tree(directory.resolve("tree"), directory.resolve("home"));
        tree.file("etc/os-release", "ID=debian\nVERSION_ID=12\n");
        tree.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
        tree.file("etc/group", "root:x:0:\n");
        tree.file("usr/sbin/nft", "");
        tree.file("usr/sbin/ip", "");
        tree.machine(62);
        tree.distribution();
        return tree;
    }

    Tree file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(root));
        Files.writeString(file, text);
        if (path.contains("bin/")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return this;
    }

    /** Programs of this processor (elf.h: e_machine). */
    Tree machine(int number) throws IOException {
        byte[] head = ELF.clone();
        head[18] = (byte) number;
        Files.createDirectories(root.resolve("bin"));
        Files.write(root.resolve("bin/sh"), head);
        return this;
    }

    private void distribution() throws IOException {
        Path jars = Files.createDirectories(home.resolve("lib/nofear/jars/launcher"));
        Files.createDirectories(home.resolve("sbin"));
        Files.writeString(home.resolve("sbin/nofear-setup"), "#!/bin/sh\n");
        Files.writeString(home.resolve("lib/nofear/nofear-java"), "#!/bin/sh\n");
        Files.writeString(home.resolve("lib/nofear/CHECKS.md"), "# What doctor checks\n");
        jar(
                jars.resolve("launcher.jar"),
                Map.of(
                        "org/nofear/launch/etc-allow.list", "etc/services  # names of ports\n",
                        "org/nofear/launch/c/sources.list", "main.c\n",
                        "org/nofear/launch/c/main.c", "int main(void) { return 0; }\n",
                        "org/nofear/tap/c/sources.list", "tap.c\n",
                        "org/nofear/tap/c/tap.c", "int main(void) { return 1; }\n"));
        jar(
                home.resolve("lib/nofear/jars/guest-image.jar"),
                Map.of(
                        "org/nofear/image/c/sources.list", "agent.c\n",
                        "org/nofear/image/c/agent.c", "int main(void) { return 0; }\n"));
    }

    private static void jar(Path file, Map<String, String> entries) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
    }

    Host host() {
        return Host.offline(root);
    }

    Target target() {
        return new Target(host(), new SafeFiles(root, NativeOs.system(), Checkpoint.NONE), Optional.empty());
    }

    InstallOptions options() {
        return InstallOptions.defaults(root);
    }

    /** Keeps what it is told. */
    static final class Told implements Progress {

        private final StringBuilder text = new StringBuilder();

        @Override
        public Step begin(String title) {
            throw new IllegalStateException("describing begins nothing: " + title);
        }

        @Override
        public void note(String line) {
            text.append(line).append('\n');
        }

        @Override
        public void warn(String line) {
            note("warning: " + line);
        }

        String text() {
            return text.toString();
        }
    }
}
