package org.nofear.setup.journal;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nofear.setup.files.SafeFiles;
import org.nofear.setup.snapshot.Content;
import org.nofear.setup.snapshot.Snapshot;

/** The bytes of files as they were, each in a file named by its digest, which only root reads. */
final class Backup {

    private static final int PRIVATE_FILE = 0600;
    private static final int PRIVATE_DIRECTORY = 0700;

    private final SafeFiles files;
    private final Owner owner;

    Backup(SafeFiles files, Owner owner) {
        this.files = files;
        this.owner = owner;
    }

    Content content(String sha256, long size) throws IOException {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new Damaged("no digest: " + sha256);
        }
        return Content.stored(files.locate(path(sha256)), sha256, size);
    }

    /**
     * Keeps the bytes of a file; they are on the disk when this returns.
     *
     * @return the same snapshot, with its bytes here instead of where they were found
     */
    Snapshot keep(Snapshot snapshot) throws IOException {
        if (!(snapshot instanceof Snapshot.File file)) {
            return snapshot;
        }
        Content content = file.content();
        String path = path(content.sha256());
        boolean kept = files.inspect(path) instanceof Snapshot.File already
                && already.content().equals(content);
        if (files.inspect(StateStore.BACKUP) instanceof Snapshot.Absent) {
            files.put(
                    StateStore.BACKUP,
                    new Snapshot.Directory(PRIVATE_DIRECTORY, owner.user(), owner.group(), Map.of()));
        }
        if (!kept) {
            files.put(path, owner.file(content, PRIVATE_FILE));
        }
        return new Snapshot.File(
                content(content.sha256(), content.size()),
                file.mode(),
                file.uid(),
                file.gid(),
                file.attributes(),
                file.modified());
    }

    /** Drops the bytes of all others. */
    void keepOnly(Set<String> digests) throws IOException {
        for (String name : files.list(StateStore.BACKUP)) {
            if (!digests.contains(name)) {
                files.put(path(name), new Snapshot.Absent());
            }
        }
    }

    private static String path(String sha256) {
        return StateStore.BACKUP + "/" + sha256;
    }

    /** Who the files of the state belong to. */
    record Owner(int user, int group) {
        Snapshot.File file(Content content, int mode) {
            return new Snapshot.File(content, mode, user, group, Map.of(), Optional.empty());
        }
    }
}
