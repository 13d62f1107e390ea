package org.nofear.setup.place;

import java.io.IOException;
import org.nofear.setup.snapshot.Snapshot;

/** A package of the distribution: remembered so that uninstall can name it, never removed. */
public record PackagePlace(String name) implements Place {

    @Override
    public String id() {
        return "package:" + name;
    }

    @Override
    public boolean takenBackWhenUnwanted() {
        return false;
    }

    @Override
    public Snapshot inspect(Target target) {
        return new Snapshot.Unseen("only its package manager knows");
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        throw new IOException("packages are not taken back: " + name);
    }
}
