/*
 * names.c - operations on files by number and name: look-ups, attributes, what is made, renamed, linked and removed.
 *
 * A name is one component below an open directory, and no link is followed. A file is changed through its descriptor in
 * /proc/self/fd. Setuid and setgid are left out of modes: a program that a guest wrote must not run as the user for others of this
 * host.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

/* How long the guest may believe what it was told: what the host changes is seen after that. */
enum { VALID_NS = 100000000, MODE = 01777, XATTR_MOST = 65536 };

int status_of(int fd, struct statx *status)
{
    return statx(fd, "", AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, status);
}

void self_path(char path[40], int fd)
{
    snprintf(path, 40, "/proc/self/fd/%d", fd);
}

/* All shares are one file system in the guest: numbers of other devices than the first are made others. */
static uint64_t number_of(const struct files *files, const struct statx *status)
{
    uint64_t dev = makedev(status->stx_dev_major, status->stx_dev_minor);
    return dev == files->dev ? status->stx_ino : status->stx_ino ^ (dev * 0x9e3779b97f4a7c15U) << 40 ^ 1ULL << 63;
}

void attributes_fill(const struct files *files, const struct statx *status, struct fuse_attr *out)
{
    *out = (struct fuse_attr){
        .ino = number_of(files, status), .size = status->stx_size, .blocks = status->stx_blocks,
        .atime = (uint64_t)status->stx_atime.tv_sec, .mtime = (uint64_t)status->stx_mtime.tv_sec, .ctime = (uint64_t)status->stx_ctime.tv_sec,
        .atimensec = status->stx_atime.tv_nsec, .mtimensec = status->stx_mtime.tv_nsec, .ctimensec = status->stx_ctime.tv_nsec,
        .mode = status->stx_mode, .nlink = status->stx_nlink, .uid = status->stx_uid, .gid = status->stx_gid,
        .rdev = (uint32_t)(status->stx_rdev_major << 8 | (status->stx_rdev_minor & 0xff)), .blksize = status->stx_blksize};
}

/* Takes the descriptor. */
int entry_fill(struct files *files, struct node *parent, const char *name, int fd, const struct statx *status, struct fuse_entry_out *out)
{
    memset(out, 0, sizeof *out);
    out->nodeid = node_add(files, parent, name, fd, status);
    if (!out->nodeid)
        return -1;
    out->generation = 1;
    out->entry_valid_nsec = out->attr_valid_nsec = VALID_NS;
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

static int attributes_reply(struct files *files, struct request *request, int fd)
{
    struct statx status;
    struct fuse_attr_out out = {.attr_valid_nsec = VALID_NS};
    if (status_of(fd, &status) < 0)
        return -errno;
    attributes_fill(files, &status, &out.attr);
    memcpy(request->out, &out, sizeof out);
    return sizeof out;
}

int op_getattr(struct files *files, struct request *request)
{
    int fd, result;
    struct node *node = node_get(files, request->head.nodeid, &fd);
    if (!node)
        return -errno;
    result = attributes_reply(files, request, fd);
    node_put(files, node);
    return result;
}

static int cut(struct files *files, struct node *node, const struct fuse_setattr_in *in, const char *self)
{
    if (in->size > INT64_MAX)
        return -EFBIG;
    if (in->valid & FATTR_FH) {
        struct handle *handle = handle_get(files, in->fh);
        int result = !handle ? -errno : handle->node != node || !handle->writes ? -EINVAL : ftruncate(handle->fd, (off_t)in->size) < 0 ? -errno : 0;
        if (handle)
            handle_put(files, handle);
        return result;
    }
    if (!S_ISREG(node->type))
        return -EINVAL;
    int fd = open_yielding(files, AT_FDCWD, self, O_WRONLY, 0);
    int result = fd < 0 || ftruncate(fd, (off_t)in->size) < 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    return result;
}

static struct timespec time_of(uint32_t valid, uint32_t set, uint32_t now, uint64_t seconds, uint32_t ns)
{
    if (!(valid & set))
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    if (valid & now)
        return (struct timespec){.tv_nsec = UTIME_NOW};
    return (struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = ns < 1000000000 ? (long)ns : 0};
}

static int change(struct files *files, struct node *node, int fd, const struct fuse_setattr_in *in)
{
    char self[40];
    self_path(self, fd);
    if (in->valid & (FATTR_UID | FATTR_GID)) {
        uid_t uid = in->valid & FATTR_UID ? in->uid : (uid_t)-1;
        gid_t gid = in->valid & FATTR_GID ? in->gid : (gid_t)-1;
        if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
            return -errno;
    }
    if (in->valid & FATTR_MODE) {
        if (S_ISLNK(node->type))
            return -EOPNOTSUPP;
        if (chmod(self, in->mode & MODE) < 0)
            return -errno;
    }
    if (in->valid & FATTR_SIZE) {
        int result = cut(files, node, in, self);
        if (result < 0)
            return result;
    }
    if (in->valid & (FATTR_ATIME | FATTR_MTIME)) {
        struct timespec times[2] = {time_of(in->valid, FATTR_ATIME, FATTR_ATIME_NOW, in->atime, in->atimensec),
                                    time_of(in->valid, FATTR_MTIME, FATTR_MTIME_NOW, in->mtime, in->mtimensec)};
        if (S_ISLNK(node->type) ? syscall(SYS_utimensat, fd, "", times, AT_EMPTY_PATH) < 0 : utimensat(AT_FDCWD, self, times, 0) < 0)
            return -errno;
    }
    return 0;
}

int op_setattr(struct files *files, struct request *request)
{
    int fd, result;
    const struct fuse_setattr_in *in = request_body(request, sizeof *in);
    struct node *node = in ? node_get(files, request->head.nodeid, &fd) : NULL;
    if (!node)
        return -errno;
    result = files_writable(files, node) ? change(files, node, fd, in) : -errno;
    if (result == 0)
        result = attributes_reply(files, request, fd);
    node_put(files, node);
    return result;
}

int op_readlink(struct files *files, struct request *request)
{
    int fd;
    struct node *node = node_get(files, request->head.nodeid, &fd);
    if (!node)
        return -errno;
    ssize_t n = S_ISLNK(node->type) ? readlinkat(fd, "", (char *)request->out, PATH_MAX) : -1;
    int result = n >= 0 ? (int)n : S_ISLNK(node->type) ? -errno : -EINVAL;
    node_put(files, node);
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

int op_statfs(struct files *files, struct request *request)
{
    int fd, result;
    struct statfs status;
    struct node *node = node_get(files, request->head.nodeid, &fd);
    if (!node)
        return -errno;
    result = fstatfs(fd, &status) < 0 ? -errno : 0;
    node_put(files, node);
    if (result < 0)
        return result;
    struct fuse_statfs_out out = {.st = {.blocks = status.f_blocks, .bfree = status.f_bfree, .bavail = status.f_bavail, .files = status.f_files,
                                         .ffree = status.f_ffree, .bsize = (uint32_t)status.f_bsize, .namelen = (uint32_t)status.f_namelen,
                                         .frsize = (uint32_t)status.f_frsize}};
    memcpy(request->out, &out, sizeof out);
    return sizeof out;
}

static bool is_ours(const char *name)
{
    return strncmp(name, "user.", 5) == 0 || strcmp(name, "system.posix_acl_access") == 0 || strcmp(name, "system.posix_acl_default") == 0;
}

/* The list without what the guest has no business with. */
static size_t list_filter(char *list, size_t size)
{
    size_t kept = 0;
    for (size_t at = 0; at < size;) {
        size_t length = strnlen(list + at, size - at) + 1;
        if (is_ours(list + at) && at + length <= size) {
            memmove(list + kept, list + at, length);
            kept += length;
        }
        at += length;
    }
    return kept;
}

static int xattr(struct request *request, const char *self)
{
    uint32_t opcode = request->head.opcode, words[2] = {0};
    size_t next = 0, head = opcode == FUSE_REMOVEXATTR ? 0 : sizeof words; /* FUSE_SETXATTR_EXT is not asked for */
    if (!request_body(request, head))
        return -errno;
    memcpy(words, request->body, head);
    const char *name = opcode == FUSE_LISTXATTR ? "user." : request_text(request, head, &next);
    if (!name)
        return -errno;
    if (!is_ours(name))
        return -EOPNOTSUPP;
    if (opcode == FUSE_REMOVEXATTR)
        return removexattr(self, name) < 0 ? -errno : 0;
    if (opcode == FUSE_SETXATTR) {
        if (words[0] > request->size - next)
            return -EINVAL;
        return setxattr(self, name, request->body + next, words[0], (int)words[1]) < 0 ? -errno : 0;
    }
    ssize_t n = opcode == FUSE_LISTXATTR ? listxattr(self, (char *)request->out, XATTR_MOST) : getxattr(self, name, request->out, XATTR_MOST);
    if (n < 0)
        return -errno;
    if (opcode == FUSE_LISTXATTR)
        n = (ssize_t)list_filter((char *)request->out, (size_t)n);
    if (words[0] == 0) {
        struct fuse_getxattr_out out = {.size = (uint32_t)n};
        memcpy(request->out, &out, sizeof out);
        return sizeof out;
    }
    return (size_t)n > words[0] ? -ERANGE : (int)n;
}

int op_xattr(struct files *files, struct request *request)
{
    bool reads = request->head.opcode == FUSE_GETXATTR || request->head.opcode == FUSE_LISTXATTR;
    char self[40];
    int fd, result;
    struct node *node = node_get(files, request->head.nodeid, &fd);
    if (!node)
        return -errno;
    self_path(self, fd);
    result = reads || files_writable(files, node) ? xattr(request, self) : -errno;
    node_put(files, node);
    return result;
}
