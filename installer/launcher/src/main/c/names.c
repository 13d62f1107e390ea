/*
 * names.c - operations by name: look-ups, and what is made, renamed, linked and removed.
 *
 * A name is one component below an open directory, and no link is followed. Setuid and setgid are left out of modes: a program that a
 * guest wrote must not run as the user for others of this host.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Not every C library has them beside renameat. */
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif
#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE (1 << 1)
#endif

enum { MODE = 01777 };

/* Takes the descriptor. */
int entry_fill(struct files *files, struct node *parent, const char *name, int fd, const struct statx *status, struct fuse_entry_out *out)
{
    memset(out, 0, sizeof *out);
    out->nodeid = node_add(files, parent, name, fd, status);
    if (!out->nodeid)
        return -1;
    out->generation = 1;
    out->entry_valid_nsec = out->attr_valid_nsec = FILES_VALID_NS;
    if (parent == files->roots[parent->share] && !*name) { /* a share itself */
        out->entry_valid = 3600;
        out->entry_valid_nsec = 0;
    }
    attributes_fill(files, status, &out->attr);
    return 0;
}

static int entry_reply(struct files *files, struct request *request, struct node *parent, int at, const char *name)
{
    struct statx status;
    struct fuse_entry_out out;
    int fd = open_yielding(files, at, name, O_PATH | O_NOFOLLOW, 0);
    if (fd < 0)
        return -errno;
    if (status_of(fd, &status) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    if (entry_fill(files, parent, name, fd, &status, &out) < 0)
        return -errno;
    memcpy(request->out, &out, sizeof out);
    return sizeof out;
}

int op_lookup(struct files *files, struct request *request)
{
    int at, result;
    const char *name = request_name(request, 0, NULL);
    struct node *parent = name ? node_get(files, request->head.nodeid, &at) : NULL;
    if (!parent)
        return -errno;
    result = entry_reply(files, request, parent, at, name);
    node_put(files, parent);
    return result;
}

/* Each thread has one of its own. */
void umask_take(struct request *request, uint32_t mask)
{
    umask(request->own_umask ? mask & 0777 : 0);
}

static bool made(struct request *request, int at, const char **name)
{
    size_t next;
    switch (request->head.opcode) {
    case FUSE_SYMLINK: {
        const char *target;
        return (*name = request_name(request, 0, &next)) && (target = request_text(request, next, NULL)) && symlinkat(target, at, *name) == 0;
    }
    case FUSE_MKDIR: {
        const struct fuse_mkdir_in *in = request_body(request, sizeof *in);
        if (!in || !(*name = request_name(request, sizeof *in, NULL)))
            return false;
        umask_take(request, in->umask);
        return mkdirat(at, *name, in->mode & MODE) == 0;
    }
    default: {
        const struct fuse_mknod_in *in = request_body(request, sizeof *in);
        if (!in || !(*name = request_name(request, sizeof *in, NULL)))
            return false;
        umask_take(request, in->umask);
        if (S_ISREG(in->mode) || S_ISFIFO(in->mode) || S_ISSOCK(in->mode))
            return mknodat(at, *name, in->mode & (S_IFMT | MODE), 0) == 0;
        errno = EPERM;
        return false;
    }
    }
}

int op_make(struct files *files, struct request *request)
{
    int at, result;
    const char *name = NULL;
    struct node *parent = node_get(files, request->head.nodeid, &at);
    if (!parent)
        return -errno;
    if (!files_writable(files, parent) || !made(request, at, &name))
        result = -errno;
    else
        result = entry_reply(files, request, parent, at, name);
    node_put(files, parent);
    return result;
}

int op_remove(struct files *files, struct request *request)
{
    int at, result;
    const char *name = request_name(request, 0, NULL);
    struct node *parent = name ? node_get(files, request->head.nodeid, &at) : NULL;
    if (!parent)
        return -errno;
    if (!files_writable(files, parent)) {
        result = -errno;
    } else {
        node_keep(files, parent, at, name);
        result = unlinkat(at, name, request->head.opcode == FUSE_RMDIR ? AT_REMOVEDIR : 0) < 0 ? -errno : 0;
    }
    node_put(files, parent);
    return result;
}

int op_rename(struct files *files, struct request *request)
{
    bool two = request->head.opcode == FUSE_RENAME2;
    size_t at = two ? sizeof(struct fuse_rename2_in) : sizeof(struct fuse_rename_in);
    const struct fuse_rename2_in *in = request_body(request, at);
    const char *from = in ? request_name(request, at, &at) : NULL, *to = from ? request_name(request, at, NULL) : NULL;
    uint32_t flags = two && in ? in->flags : 0;
    int before, after, result;
    if (!to)
        return -errno;
    if (flags != 0 && flags != RENAME_NOREPLACE && flags != RENAME_EXCHANGE)
        return -EINVAL;
    struct node *parent = node_get(files, request->head.nodeid, &before), *other = parent ? node_get(files, in->newdir, &after) : NULL;
    if (!other)
        result = -errno;
    else if (!files_writable(files, parent))
        result = -errno;
    else if (parent->share != other->share)
        result = -EXDEV;
    else {
        if (!flags)
            node_keep(files, other, after, to);
        result = syscall(SYS_renameat2, before, from, after, to, flags) < 0 ? -errno : 0;
        if (result == 0)
            node_place(files, other, after, to);
        if (result == 0 && flags == RENAME_EXCHANGE)
            node_place(files, parent, before, from);
    }
    if (other)
        node_put(files, other);
    if (parent)
        node_put(files, parent);
    return result;
}

int op_link(struct files *files, struct request *request)
{
    const struct fuse_link_in *in = request_body(request, sizeof *in);
    const char *name = in ? request_name(request, sizeof *in, NULL) : NULL;
    char self[40];
    int at, fd, result;
    struct node *parent = name ? node_get(files, request->head.nodeid, &at) : NULL, *node = parent ? node_get(files, in->oldnodeid, &fd) : NULL;
    if (!node || !files_writable(files, parent)) {
        result = -errno;
    } else if (parent->share != node->share) {
        result = -EXDEV;
    } else {
        self_path(self, fd);
        result = linkat(AT_FDCWD, self, at, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : entry_reply(files, request, parent, at, name);
    }
    if (node)
        node_put(files, node);
    if (parent)
        node_put(files, parent);
    return result;
}
