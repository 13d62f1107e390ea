package org.nofear.setup.resource;

/**
 * A directory. One that is there already is left as it is; one that install made is removed by uninstall when it is empty.
 *
 * @param path absolute path on the host
 */
public record DirectoryResource(String path, Permissions permissions, String reason) implements Resource {

    public DirectoryResource(String path, String reason) {
        this(path, Permissions.DIRECTORY, reason);
    }
}
