package org.nofear.setup.place;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.nofear.setup.snapshot.Snapshot;

/**
 * A path: a file, a directory or a link.
 *
 * @param path absolute path on the host
 */
public record PathPlace(String path) implements Place {

    public PathPlace {
        boolean above = Arrays.asList(path.split("/")).contains("..");
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0 || above) {
            throw new IllegalArgumentException("not an absolute path: " + path);
        }
    }

    @Override
    public String id() {
        return "path:" + path;
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        return target.files().inspect(path);
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        target.files().put(path, wanted);
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public List<String> files() {
        return List.of(path);
    }
}
