package org.nofear.kvmtool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.nofear.build.BuildException;
import org.nofear.build.BuildLog;
import org.nofear.build.Cache;
import org.nofear.build.CacheKey;
import org.nofear.build.Compiler;
import org.nofear.host.Command;
import org.nofear.host.CommandResult;
import org.nofear.host.Host;

/**
 * Builds lkvm.
 *
 * @param host whose tools build it
 * @param cache where it is kept
 * @param jobs for make, at least 1
 */
public record LkvmBuild(Host host, Cache cache, int jobs) {

    /** Of 2024-07-10: it has the 9p server's fixes of May 2022 (CVE-2021-45464) and its refusal of device files of March 2024. */
    public static final String COMMIT = "b48735e5d562eaffb96cf98a91da212176f1534c";

    private static final String KIND = "kvmtool";
    private static final Duration STEP = Duration.ofMinutes(5);

    /**
     * lkvm: from the cache, or built now.
     *
     * @throws BuildException when the source is none or can't be had, or the compiler fails; the log is named
     */
    public Path build(KvmtoolSource source) throws IOException {
        String key = key(source);
        if (cache.find(KIND, key).isPresent()) {
            return cache.entry(KIND, key).resolve("lkvm");
        }
        Path work = cache.workDirectory(KIND);
        Path log = cache.directory().resolve(KIND).resolve("build.log");
        Files.deleteIfExists(log);
        Path tree = unpack(source, work, log);
        run(List.of("make", "-j" + jobs, "lkvm"), tree, log, "building lkvm");
        Path made = Files.createDirectory(work.resolve("made"));
        Files.move(tree.resolve("lkvm"), made.resolve("lkvm"));
        Path entry = cache.publish(made, KIND, key);
        Cache.delete(work);
        return entry.resolve("lkvm");
    }

    /** The file that a build of this source has, or will have. */
    public Path entry(KvmtoolSource source) throws IOException {
        return cache.entry(KIND, key(source)).resolve("lkvm");
    }

    private String key(KvmtoolSource source) throws IOException {
        CacheKey key = new CacheKey(KIND).add(Compiler.of(host).version());
        if (source instanceof KvmtoolSource.Directory directory) {
            key.addTree(directory.path());
        } else if (source instanceof KvmtoolSource.Tarball tarball) {
            key.addFile(tarball.path());
        } else if (source instanceof KvmtoolSource.Git git) {
            key.add(git.url()).add(COMMIT);
        }
        return key.hex();
    }

    private Path unpack(KvmtoolSource source, Path work, Path log) throws IOException {
        Path tree = work.resolve("kvmtool");
        if (source instanceof KvmtoolSource.Directory directory) {
            requireKvmtool(directory.path());
            run(
                    List.of("cp", "-r", directory.path().toString(), tree.toString()),
                    work,
                    log,
                    "copying kvmtool's source");
            // Objects of a build for another machine would be taken for ours.
            run(List.of("make", "clean"), tree, log, "cleaning the copy of kvmtool's source");
        } else if (source instanceof KvmtoolSource.Tarball tarball) {
            Files.createDirectory(tree);
            run(
                    List.of("tar", "-xf", tarball.path().toString(), "-C", tree.toString(), "--strip-components=1"),
                    work,
                    log,
                    "unpacking " + tarball.path());
        } else if (source instanceof KvmtoolSource.Git git) {
            if (host.tools().find("git").isEmpty()) {
                throw new BuildException("kvmtool's source at " + git.url() + " can't be had without git");
            }
            run(List.of("git", "clone", "--quiet", git.url(), tree.toString()), work, log, "fetching " + git.url());
            run(
                    List.of("git", "checkout", "--quiet", "--detach", COMMIT),
                    tree,
                    log,
                    "taking kvmtool's commit " + COMMIT);
            requireCommit(tree, git);
        }
        requireKvmtool(tree);
        return tree;
    }

    /** The commit's number is a digest of all that is in it: what was checked out must be that, and no branch of that name. */
    private void requireCommit(Path tree, KvmtoolSource.Git git) throws IOException {
        CommandResult head = host.commands()
                .run(Command.of("git", "rev-parse", "--verify", "HEAD").inDirectory(tree));
        if (!head.succeeded() || !head.output().strip().equals(COMMIT)) {
            throw new BuildException(git.url() + " did not give kvmtool's commit " + COMMIT);
        }
    }

    private static void requireKvmtool(Path tree) throws BuildException {
        if (!Files.isRegularFile(tree.resolve("builtin-run.c")) || !Files.isRegularFile(tree.resolve("Makefile"))) {
            throw new BuildException(tree + " is not kvmtool's source: it has no builtin-run.c");
        }
    }

    private void run(List<String> argv, Path directory, Path log, String what) throws IOException {
        CommandResult result = host.commands()
                .run(Command.of(argv)
                        .inDirectory(directory)
                        .withDeadline(STEP)
                        .withEnvironment(Map.of(
                                "PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C", "GIT_TERMINAL_PROMPT", "0"))
                        .loggingTo(log));
        if (!result.succeeded()) {
            throw new BuildException(BuildLog.told(what + (result.timedOut() ? " took too long" : " failed"), log));
        }
    }
}
