package org.nofear.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The space that a sparse file takes. Java has no st_blocks: stat(1) of coreutils or busybox tells it. */
final class SparseFile {

    private SparseFile() {}

    /**
     * Bytes allocated.
     *
     * @param unit of st_blocks, 512 on Linux
     */
    static long allocated(Path file, int unit) throws IOException {
        Process stat = new ProcessBuilder(List.of("/usr/bin/stat", "-c", "%b", file.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String text = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return text.matches("\\d{1,18}") ? Long.parseLong(text) * unit : 0;
    }
}
