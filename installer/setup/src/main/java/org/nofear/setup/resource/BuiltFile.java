package org.nofear.setup.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A file whose content is copied from a file made elsewhere, with its time: a kernel in the cache, a jar of the distribution.
 *
 * @param path absolute path on the host
 * @param source on this machine (never under the offline tree's root by itself); missing while a plan is shown: it is
 *     still to be made
 * @param capability set on the file
 */
public record BuiltFile(
        String path, Path source, Permissions permissions, Optional<Capability> capability, String reason)
        implements Resource {

    public BuiltFile(String path, Path source, Permissions permissions, String reason) {
        this(path, source, permissions, Optional.empty(), reason);
    }

    @Override
    public Place place() {
        return new PathPlace(path);
    }

    private boolean made() {
        return Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Snapshot wanted(Target target) throws IOException {
        FileTime modified = Files.getLastModifiedTime(source, LinkOption.NOFOLLOW_LINKS);
        return FileRules.wanted(target, path, Content.of(source), permissions, capability, Optional.of(modified));
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot found, Known known) throws IOException {
        return made() && (asWanted(target, found) || packaged(target, known));
    }

    private boolean asWanted(Target target, Snapshot found) throws IOException {
        return found instanceof Snapshot.File file
                && FileRules.dressed(target, file, permissions, capability)
                && sameAsSource(file.content());
    }

    /** By its size, where the caller may not read it (a program of mode 4711). */
    private boolean sameAsSource(Content content) throws IOException {
        return Files.isReadable(source) ? content.sameBytes(source) : content.size() == Files.size(source);
    }

    /**
     * A package's file, where NoFear runs from its package: the package manager's, and never changed or taken back. An lkvm that
     * install has put there is found there as well the next time, but that is ours.
     */
    private boolean packaged(Target target, Known known) {
        return target.host().live() && Path.of(path).equals(source) && !known.ours();
    }

    @Override
    public Preview preview() {
        if (!made()) {
            return new Preview("still to be made", Optional.empty());
        }
        try {
            Content content = Content.of(source);
            return new Preview(content.size() + " bytes", content.text(FileResource.SHOWN));
        } catch (IOException unreadable) {
            return new Preview("from " + source, Optional.empty());
        }
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
        return Optional.of(new BuiltFile(
                path + FileResource.NEW, source, permissions, capability, "our version, beside the changed " + path));
    }
}
