package org.nofear.kvmtool;

import java.nio.file.Files;
import java.nio.file.Path;
import org.nofear.build.BuildException;

/** Where kvmtool's source is. */
public sealed interface KvmtoolSource {

    /** What a person knows it by: the path or the URL. */
    String title();

    /** An unpacked source tree; it is built elsewhere, and not written to. */
    record Directory(Path path) implements KvmtoolSource {
        @Override
        public String title() {
            return path.toString();
        }
    }

    /** A tarball, in any compression that tar knows. */
    record Tarball(Path path) implements KvmtoolSource {
        @Override
        public String title() {
            return path.toString();
        }
    }

    /**
     * A repository.
     *
     * @param url as git takes it
     */
    record Git(String url) implements KvmtoolSource {
        @Override
        public String title() {
            return url;
        }
    }

    /** Upstream's repository, of which one commit is taken: see {@link LkvmBuild}. */
    Git UPSTREAM = new Git("https://git.kernel.org/pub/scm/linux/kernel/git/will/kvmtool.git");

    /**
     * The source that the words of {@code --kvmtool-source} mean: a directory, a tarball, or a git URL.
     *
     * @throws BuildException when it is none of them
     */
    static KvmtoolSource of(String words) throws BuildException {
        if (words.matches("(https|ssh|git|file)://.+")) {
            return new Git(words);
        }
        Path path = Path.of(words).toAbsolutePath();
        if (Files.isDirectory(path)) {
            return new Directory(path);
        }
        if (Files.isRegularFile(path)) {
            return new Tarball(path);
        }
        throw new BuildException(words + ": no such kvmtool source: give a directory, a tarball or a git URL");
    }
}
