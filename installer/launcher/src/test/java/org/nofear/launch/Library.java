package org.nofear.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An installed library in a directory of the test's. */
record Library(Path directory) {

    /** What install writes, small. */
    Path make() throws IOException {
        Path etc = Files.createDirectories(directory.resolve("guest-etc"));
        Files.writeString(etc.resolve("passwd"), """
                root:x:0:0:root:/root:/bin/sh
                guest:x:${uid}:${gid}::/home/guest:/bin/sh
                nobody:x:65534:65534:nobody:/nonexistent:/bin/false
                """);
        Files.writeString(etc.resolve("group"), "root:x:0:\nguest:x:${gid}:\nusers:x:100:\n");
        Files.writeString(etc.resolve("hostname"), "box\n");
        Files.writeString(etc.resolve("profile"), "[ -n \"${PS1-}\" ]\n");
        Files.writeString(Files.createDirectories(etc.resolve("pam.d")).resolve("su"), "auth required pam_deny.so\n");
        Files.writeString(directory.resolve("launch.conf"), """
                # a comment
                qemu.binary = /usr/bin/qemu
                lkvm.binary = /opt/lkvm
                kernel = %s/bzImage
                initrd = /lib/guest.cpio
                mke2fs = /sbin/mke2fs
                network = tap
                subnet = 10.0.8.0/24
                """.formatted(directory));
        Files.writeString(directory.resolve("vmm.conf"), "vmm.kind = qemu-tcg\n");
        return directory;
    }

    LaunchConfig config() throws IOException {
        make();
        return LaunchConfig.read(
                directory, java.util.List.of(directory.resolve("launch.conf"), directory.resolve("vmm.conf")));
    }
}
