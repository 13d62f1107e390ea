package org.nofear.setup.resource;

import java.io.IOException;
import java.util.Optional;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A file with given content. Missing parent directories are made (0755 root:root) without being listed.
 *
 * @param path absolute path on the host
 */
public record FileResource(String path, Content content, Permissions permissions, String reason) implements Resource {

    /** What our version's name ends with where somebody else's is kept. */
    public static final String NEW = ".nofear-new";

    /** The longest text that a plan shows a difference of, in bytes. */
    static final int SHOWN = 1 << 18;

    /** A text file, 0644 root:root. */
    public static FileResource text(String path, String text, String reason) {
        return new FileResource(path, Content.of(text), Permissions.FILE, reason);
    }

    @Override
    public Place place() {
        return new PathPlace(path);
    }

    @Override
    public Snapshot wanted(Target target) throws IOException {
        return FileRules.wanted(target, path, content, permissions, Optional.empty(), Optional.empty());
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return found instanceof Snapshot.File file
                && file.content().equals(content)
                && FileRules.dressed(target, file, permissions, Optional.empty());
    }

    @Override
    public Preview preview() {
        return new Preview(content.size() + " bytes", content.text(SHOWN));
    }

    /** Of what its mark leaves out. */
    @Override
    public Optional<String> evidence(Target target) throws IOException {
        return Optional.of(inspect(target).dress());
    }

    @Override
    public boolean putsRight() {
        return !new PathPlace(path).administrators();
    }

    @Override
    public Optional<Resource> beside() {
        return Optional.of(
                new FileResource(path + NEW, content, permissions, "our version, beside the changed " + path));
    }
}
