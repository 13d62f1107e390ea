/*
 * opened.c - operations on open files (directories: directories.c). Nothing but regular files and directories is opened: FIFOs, sockets and devices are the guest's
 * own kernel's.
 *
 * A file is opened without O_APPEND, for pages that the guest's kernel writes back have places of their own; what the guest appends
 * is appended here, one write at a time.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef RWF_APPEND
#define RWF_APPEND 0x00000010
#endif
#ifndef FOPEN_CACHE_DIR
#define FOPEN_CACHE_DIR (1 << 3)
#endif
#ifndef FUSE_FSYNC_FDATASYNC
#define FUSE_FSYNC_FDATASYNC (1 << 0)
#endif
enum { TMPFILE = 51, MODE = 01777, SETTLED_S = 2 };

static int flags_of(uint32_t flags)
{
    int access = (int)flags & O_ACCMODE;
    return (access == O_ACCMODE ? O_RDWR : access) | ((int)flags & (O_TRUNC | O_SYNC | O_DSYNC));
}

static bool writes(uint32_t flags)
{
    return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
}

/* Whether what the guest has of its content is still good. The guest's kernel looks at size and time of change; this as well. */
static uint32_t seen_again(struct files *files, struct node *node, const struct statx *status)
{
    const int64_t now[5] = {(int64_t)status->stx_size, status->stx_mtime.tv_sec, status->stx_mtime.tv_nsec, status->stx_ctime.tv_sec,
                            status->stx_ctime.tv_nsec};
    struct timespec clock;
    clock_gettime(CLOCK_REALTIME, &clock);
    pthread_mutex_lock(&files->lock);
    bool same = memcmp(node->seen, now, sizeof now) == 0;
    memcpy(node->seen, now, sizeof now);
    pthread_mutex_unlock(&files->lock);
    /* Two changes within a tick of the host's clock have one time. */
    return same && clock.tv_sec - status->stx_mtime.tv_sec > SETTLED_S;
}

int opened_reply(struct files *files, struct request *request, struct node *node, int fd, bool writing, size_t at)
{
    struct fuse_open_out out = {0};
    struct statx status;
    bool known = status_of(fd, &status) == 0 && seen_again(files, node, &status);
    if (S_ISDIR(node->type) && known)
        out.open_flags = FOPEN_CACHE_DIR | FOPEN_KEEP_CACHE;
    else if (known)
        out.open_flags = FOPEN_KEEP_CACHE;
    out.fh = handle_add(files, node, fd, writing);
    if (!out.fh)
        return -errno;
    memcpy(request->out + at, &out, sizeof out);
    return (int)(at + sizeof out);
}

int op_open(struct files *files, struct request *request)
{
    const struct fuse_open_in *in = request_body(request, sizeof *in);
    char self[40];
    int fd, result;
    struct node *node = in ? node_get(files, request->head.nodeid, &fd) : NULL;
    if (!node)
        return -errno;
    self_path(self, fd);
    if (!S_ISREG(node->type))
        result = -EINVAL;
    else if (writes(in->flags) && !files_writable(files, node))
        result = -errno;
    else if ((fd = open_yielding(files, AT_FDCWD, self, flags_of(in->flags), 0)) < 0)
        result = -errno;
    else
        result = opened_reply(files, request, node, fd, writes(in->flags), 0);
    node_put(files, node);
    return result;
}

/* The name is new, or a regular file's: nothing else is opened by name, and that one not either. */
static int created(struct files *files, int at, const char *name, const struct fuse_create_in *in)
{
    int flags = flags_of(in->flags);
    for (int i = 0; i < 16; i++) {
        int fd = open_yielding(files, at, name, (flags & ~O_TRUNC) | O_CREAT | O_EXCL | O_NOFOLLOW, in->mode & MODE);
        if (fd >= 0 || errno != EEXIST || (in->flags & O_EXCL))
            return fd;
        struct statx status;
        char self[40];
        int path = open_yielding(files, at, name, O_PATH | O_NOFOLLOW, 0);
        if (path < 0 && errno == ENOENT)
            continue;
        if (path < 0)
            return -1;
        self_path(self, path);
        errno = EINVAL;
        fd = status_of(path, &status) < 0 || !S_ISREG(status.stx_mode) ? -1 : open_yielding(files, AT_FDCWD, self, flags, 0);
        int error = errno;
        close(path);
        errno = error;
        return fd;
    }
    errno = EBUSY;
    return -1;
}

int op_create(struct files *files, struct request *request)
{
    const struct fuse_create_in *in = request_body(request, sizeof *in);
    bool nameless = request->head.opcode == TMPFILE;
    const char *name = !in ? NULL : nameless ? "" : request_name(request, sizeof *in, NULL);
    struct fuse_entry_out entry;
    struct statx status;
    char self[40];
    int at, fd = -1, path = -1, result;
    struct node *parent = name ? node_get(files, request->head.nodeid, &at) : NULL;
    if (!parent)
        return -errno;
    umask_take(request, in->umask);
    self_path(self, at);
    if (files_writable(files, parent))
        fd = nameless ? open_yielding(files, AT_FDCWD, self, (flags_of(in->flags) & ~O_TRUNC) | O_TMPFILE | (int)(in->flags & O_EXCL), in->mode & MODE)
                      : created(files, at, name, in);
    self_path(self, fd);
    if (fd < 0 || status_of(fd, &status) < 0 || (path = open_yielding(files, AT_FDCWD, self, O_PATH, 0)) < 0 ||
        entry_fill(files, parent, name, path, &status, &entry) < 0) {
        result = -errno;
        if (fd >= 0)
            close(fd);
    } else {
        int unused;
        struct node *node = node_get(files, entry.nodeid, &unused);
        if (!node) {
            result = -errno;
            close(fd);
        } else {
            if (nameless)
                node->kept = true;
            memcpy(request->out, &entry, sizeof entry);
            result = opened_reply(files, request, node, fd, writes(in->flags), sizeof entry);
            node_put(files, node);
        }
    }
    node_put(files, parent);
    return result;
}

int op_read(struct files *files, struct request *request)
{
    const struct fuse_read_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    ssize_t n = in->size > FILES_DATA || in->offset > INT64_MAX ? (errno = EINVAL, -1) : pread(handle->fd, request->out, in->size, (off_t)in->offset);
    int result = n < 0 ? -errno : (int)n;
    handle_put(files, handle);
    return result;
}

int op_write(struct files *files, struct request *request)
{
    const struct fuse_write_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    ssize_t n = -1;
    if (in->size > request->size - sizeof *in || in->offset > INT64_MAX) {
        errno = EINVAL;
    } else if (!handle->writes) {
        errno = EBADF;
    } else {
        struct iovec part = {(void *)(uintptr_t)(request->body + sizeof *in), in->size};
        bool append = (in->flags & O_APPEND) && !(in->write_flags & FUSE_WRITE_CACHE);
        n = pwritev2(handle->fd, &part, 1, (off_t)in->offset, append ? RWF_APPEND : 0);
    }
    struct fuse_write_out out = {.size = (uint32_t)n};
    int result = n < 0 ? -errno : (int)sizeof out;
    handle_put(files, handle);
    if (result > 0)
        memcpy(request->out, &out, sizeof out);
    return result;
}

int op_release(struct files *files, struct request *request)
{
    const struct fuse_release_in *in = request_body(request, sizeof *in);
    if (!in)
        return -errno;
    handle_release(files, in->fh);
    return 0;
}

int op_flush(struct files *files, struct request *request)
{
    const struct fuse_flush_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    if (in->lock_owner)
        locks_drop(files, handle->node, in->lock_owner, 0);
    int copy = dup(handle->fd); /* its close tells of what a network file system could not write */
    int result = copy >= 0 && close(copy) < 0 ? -errno : 0;
    handle_put(files, handle);
    return result;
}

int op_fsync(struct files *files, struct request *request)
{
    const struct fuse_fsync_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    int result = (in->fsync_flags & FUSE_FSYNC_FDATASYNC ? fdatasync(handle->fd) : fsync(handle->fd)) < 0 ? -errno : 0;
    handle_put(files, handle);
    return result;
}

int op_fallocate(struct files *files, struct request *request)
{
    const struct fuse_fallocate_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    int result = !handle->writes ? -EBADF : fallocate(handle->fd, (int)in->mode, (off_t)in->offset, (off_t)in->length) < 0 ? -errno : 0;
    handle_put(files, handle);
    return result;
}

int op_seek(struct files *files, struct request *request)
{
    const struct fuse_lseek_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    if (!handle)
        return -errno;
    off_t at = !S_ISREG(handle->node->type) || (in->whence != SEEK_DATA && in->whence != SEEK_HOLE)
                   ? (errno = EINVAL, -1)
                   : lseek(handle->fd, (off_t)in->offset, (int)in->whence);
    struct fuse_lseek_out out = {.offset = (uint64_t)at};
    int result = at < 0 ? -errno : (int)sizeof out;
    handle_put(files, handle);
    if (result > 0)
        memcpy(request->out, &out, sizeof out);
    return result;
}

int op_copy(struct files *files, struct request *request)
{
    const struct fuse_copy_file_range_in *in = request_body(request, sizeof *in);
    struct handle *from = in ? handle_get(files, in->fh_in) : NULL, *to = from ? handle_get(files, in->fh_out) : NULL;
    int result;
    if (!to || !to->writes) {
        result = to ? -EBADF : -errno;
    } else {
        loff_t in_at = (loff_t)in->off_in, out_at = (loff_t)in->off_out;
        size_t most = in->len < (1U << 30) ? (size_t)in->len : 1U << 30;
        ssize_t n = copy_file_range(from->fd, &in_at, to->fd, &out_at, most, 0);
        struct fuse_write_out out = {.size = (uint32_t)n};
        result = n < 0 ? -errno : (int)sizeof out;
        if (result > 0)
            memcpy(request->out, &out, sizeof out);
    }
    if (to)
        handle_put(files, to);
    if (from)
        handle_put(files, from);
    return result;
}
