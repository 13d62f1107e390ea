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

    /** What the name of an altered file's copy ends with. */
    public static final String ALTERED = ".nofear-old";

    private static final String ADMINISTRATORS = "/etc/";

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

    /** Whether what is there is the administrator's to change. What install puts anywhere else is ours alone. */
    public boolean administrators() {
        return path.startsWith(ADMINISTRATORS);
    }

    /** A copy of what somebody made of a file of ours stays for him to look at; no installation wants it. */
    @Override
    public boolean takenBackWhenUnwanted() {
        return !path.endsWith(ALTERED);
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
