package org.nofear.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The options that a kernel's source defines, in its files Kconfig. */
final class KernelSymbols {

    private static final Pattern DEFINITION = Pattern.compile("(?m)^\\s*(?:menu)?config\\s+(\\w+)\\s*$");

    private KernelSymbols() {}

    /** Their names, with {@code CONFIG_}. */
    static Set<String> defined(Path tree) throws IOException {
        Set<String> defined = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path file : walk.filter(KernelSymbols::isKconfig).toList()) {
                Matcher matcher = DEFINITION.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (matcher.find()) {
                    defined.add("CONFIG_" + matcher.group(1));
                }
            }
        }
        return defined;
    }

    private static boolean isKconfig(Path path) {
        return path.getFileName().toString().startsWith("Kconfig") && Files.isRegularFile(path);
    }
}
