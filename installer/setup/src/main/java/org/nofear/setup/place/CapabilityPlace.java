package org.nofear.setup.place;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.nofear.setup.snapshot.Snapshot;

/**
 * The capabilities of a file that is not ours.
 *
 * @param path absolute path on the host
 */
public record CapabilityPlace(String path) implements Place {

    private static final String ATTRIBUTE = "security.capability";

    @Override
    public String id() {
        return "capability:" + path;
    }

    @Override
    public boolean live() {
        return false;
    }

    @Override
    public Snapshot inspect(Target target) throws IOException {
        Path file = target.files().locate(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new Snapshot.Absent();
        }
        return target.host()
                .os()
                .extendedAttribute(file, ATTRIBUTE)
                .<Snapshot>map(value -> Snapshot.Value.of(HexFormat.of().formatHex(value)))
                .orElseGet(Snapshot.Absent::new);
    }

    @Override
    public void put(Target target, Snapshot wanted) throws IOException {
        Path file = target.files().locate(path);
        if (wanted instanceof Snapshot.Value value) {
            target.files().attribute(path, ATTRIBUTE, Optional.of(HexFormat.of().parseHex(value.text())));
        } else if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            target.files().attribute(path, ATTRIBUTE, Optional.empty());
        }
    }
}
