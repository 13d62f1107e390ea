package org.nofear.build;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar that carries sources and other files to be installed: read as a file, so that its classes need not be on the class
 * path.
 *
 * @param file of the jar
 */
public record SourceJar(Path file) {

    /** The list of the .c files, one a line, beside them. */
    private static final String LIST = "sources.list";

    /** The bytes of an entry. */
    public byte[] read(String entry) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return read(zip, entry);
        }
    }

    private byte[] read(ZipFile zip, String entry) throws IOException {
        ZipEntry found = zip.getEntry(entry);
        if (found == null) {
            throw new FileNotFoundException(file + " has no " + entry + ": build NoFear again");
        }
        return zip.getInputStream(found).readAllBytes();
    }

    /**
     * A C program: the files that {@code sources.list} names, and all headers beside them.
     *
     * @param directory in the jar, without a slash at its end
     */
    public CProgram program(String name, String directory) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> files = new ArrayList<>(new String(read(zip, directory + "/" + LIST), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().startsWith(directory + "/")
                        && entry.getName().endsWith(".h")) {
                    files.add(entry.getName().substring(directory.length() + 1));
                }
            }
            Map<String, byte[]> sources = new LinkedHashMap<>();
            for (String each : files) {
                sources.put(each, read(zip, directory + "/" + each));
            }
            return new CProgram(name, sources);
        }
    }
}
