/*
 * attributes.c - what there is to know of a file, and to change: modes, owners, times, sizes, what a link leads to, extended attributes,
 * the room on its file system.
 *
 * A file is changed through its descriptor in /proc/self/fd, so by no name. Setuid and setgid are left out of modes here as well.
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

enum { MODE = 01777, XATTR_MOST = 65536 };

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

static int attributes_reply(struct files *files, struct request *request, int fd)
{
    struct statx status;
    struct fuse_attr_out out = {.attr_valid_nsec = FILES_VALID_NS};
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
