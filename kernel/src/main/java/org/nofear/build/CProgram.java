package org.nofear.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/**
 * A small C program of NoFear's own, compiled on the host, statically: it runs where there is no C library (in the guest's
 * first file system), and starts as fast as a program can.
 *
 * @param name of the program
 * @param sources what it is compiled from, by file name; headers among them
 */
public record CProgram(String name, Map<String, byte[]> sources) {

    private static final String KIND = "c";
    private static final List<String> FLAGS =
            List.of("-std=gnu11", "-Os", "-Wall", "-Wextra", "-Werror", "-pthread", "-static", "-s");
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    public CProgram {
        sources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    }

    /** The file that a build has, or will have. */
    public Path entry(Host host, Cache cache) throws IOException {
        return cache.entry(KIND, key(Compiler.of(host))).resolve(name);
    }

    /**
     * The program: from the cache, or compiled now.
     *
     * @throws BuildException when the compiler fails: most often the static C library is missing
     */
    public Path build(Host host, Cache cache) throws IOException {
        Compiler compiler = Compiler.of(host);
        String key = key(compiler);
        if (cache.find(KIND, key).isPresent()) {
            return cache.entry(KIND, key).resolve(name);
        }
        Path work = cache.workDirectory(KIND);
        List<String> argv = new ArrayList<>(List.of(compiler.path().toString()));
        argv.addAll(FLAGS);
        argv.addAll(List.of("-o", name));
        for (Map.Entry<String, byte[]> source : sources.entrySet()) {
            Files.write(work.resolve(source.getKey()), source.getValue());
            if (source.getKey().endsWith(".c")) {
                argv.add(source.getKey());
            }
        }
        CommandResult result =
                host.commands().run(Command.of(argv).inDirectory(work).withDeadline(DEADLINE));
        if (result.timedOut()) {
            throw new BuildException("compiling " + name + " took longer than " + DEADLINE.toMinutes() + " minutes");
        }
        if (!result.succeeded()) {
            throw new BuildException("compiling " + name + " failed (is the static C library installed?): "
                    + result.error()
                            .lines()
                            .filter(line -> line.contains("error"))
                            .findFirst()
                            .orElse(result.error().strip()));
        }
        for (String source : sources.keySet()) {
            Files.delete(work.resolve(source));
        }
        return cache.publish(work, KIND, key).resolve(name);
    }

    private String key(Compiler compiler) {
        CacheKey key = new CacheKey(KIND)
                .add(compiler.version())
                .add(String.join(" ", FLAGS))
                .add(name);
        sources.forEach(
                (file, bytes) -> key.add(file).add(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)));
        return key.hex();
    }
}
