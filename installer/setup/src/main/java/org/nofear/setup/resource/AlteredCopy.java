package org.nofear.setup.resource;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.nofear.setup.place.PathPlace;
import org.nofear.setup.place.Place;
import org.nofear.setup.place.Target;
import org.nofear.setup.snapshot.Snapshot;

/**
 * What somebody made of a file of ours, kept beside it when ours is put back. Only root reads it and nobody runs it: an altered
 * program is evidence, and no program any more.
 *
 * @param original absolute path of the file that was altered
 * @param found what was there: a file or a link
 */
public record AlteredCopy(String original, Snapshot found) implements Resource {

    private static final int PRIVATE = 0600;

    @Override
    public String reason() {
        return "what was found in the place of " + original;
    }

    @Override
    public Place place() {
        return new PathPlace(original + PathPlace.ALTERED);
    }

    @Override
    public Snapshot wanted(Target target) {
        int user = target.host().os().effectiveUserId();
        return found instanceof Snapshot.File file
                ? new Snapshot.File(file.content(), PRIVATE, user, user, Map.of(), file.modified())
                : found;
    }

    @Override
    public boolean satisfiedBy(Target target, Snapshot there, Known known) throws IOException {
        return there.mark().equals(found.mark());
    }

    @Override
    public Preview preview() {
        return new Preview(found.describe(), Optional.empty());
    }
}
