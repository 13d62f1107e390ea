/*
 * place.c - where a folder is to be seen: a directory of the new root, made if it is not there.
 *
 * What the profile has of links there leads on in the new root, as it will for the commands: a /bin that is a link to usr/bin, a
 * link that the guest's root has made. In its home the user owns what is made, as if he had made it himself.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_in(int root, const char *path)
{
    struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

/* The directory that is missing in its parent. */
static int make_in(int root, const char *parent, const char *name, const struct guest_user *owner)
{
    int at = open_in(root, parent), made = -1;
    if (at >= 0 && mkdirat(at, name, 0755) == 0) {
        made = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (made >= 0 && owner && fchownat(at, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) < 0)
            owner = NULL;
    }
    int error = errno;
    if (at >= 0)
        close(at);
    errno = error;
    return made;
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

int place_open(const struct guest_user *user, const char *path)
{
    char part[4096], parent[4096];
    size_t length = strlen(path);
    int root = open(NEW_ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC), at = -1;
    if (length >= sizeof part) {
        errno = ENAMETOOLONG;
        length = 0;
    }
    for (size_t i = 1; root >= 0 && i <= length; i++) {
        if ((path[i] != '/' && path[i] != 0) || path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = 0;
        if (at >= 0)
            close(at);
        at = open_in(root, part);
        if (at < 0 && errno == ENOENT) {
            memcpy(parent, part, i + 1);
            char *slash = strrchr(parent, '/');
            const char *name = part + (slash - parent) + 1;
            slash[slash == parent] = 0;
            at = make_in(root, parent, name, is_below(path, user->home) ? user : NULL);
        }
        if (at < 0)
            break;
    }
    int error = errno;
    if (root >= 0)
        close(root);
    errno = error;
    return at;
}
