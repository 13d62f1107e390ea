/*
 * operations.c - FUSE's protocol: which operation a request is, what it has to hold, and what the two kernels agree on.
 *
 * The guest's kernel checks permissions by mode, owner and ACL, as it would on a disk of its own; then the host's checks the same for
 * the caller, whose process this is. What is shared for reading is refused here whatever the guest's mount says.
 */
#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Younger than some build machines' headers. */
#ifndef FUSE_HANDLE_KILLPRIV_V2
#define FUSE_HANDLE_KILLPRIV_V2 (1 << 28)
#endif
#ifndef FUSE_CACHE_SYMLINKS
#define FUSE_CACHE_SYMLINKS (1 << 23)
#endif
enum { TMPFILE = 51, PAGES = FILES_DATA / 4096, BACKGROUND = 64 };

#define WANTED                                                                                                                   \
    (FUSE_ASYNC_READ | FUSE_POSIX_LOCKS | FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_DONT_MASK | FUSE_FLOCK_LOCKS |               \
     FUSE_AUTO_INVAL_DATA | FUSE_DO_READDIRPLUS | FUSE_READDIRPLUS_AUTO | FUSE_ASYNC_DIO | FUSE_PARALLEL_DIROPS | FUSE_POSIX_ACL |  \
     FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS | FUSE_HANDLE_KILLPRIV_V2)

const void *request_body(const struct request *request, size_t size)
{
    if (request->size >= size)
        return request->body;
    errno = EINVAL;
    return NULL;
}

const char *request_text(const struct request *request, size_t at, size_t *next)
{
    const char *text = (const char *)request->body + at, *end = at < request->size ? memchr(text, 0, request->size - at) : NULL;
    if (!end) {
        errno = EINVAL;
        return NULL;
    }
    if (next)
        *next = at + (size_t)(end - text) + 1;
    return text;
}

const char *request_name(const struct request *request, size_t at, size_t *next)
{
    const char *name = request_text(request, at, next);
    if (!name)
        return NULL;
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        errno = EINVAL;
        return NULL;
    }
    if (strlen(name) > 255) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    return name;
}

bool files_writable(const struct files *files, const struct node *node)
{
    if (files->shares->share[node->share].writable)
        return true;
    errno = EROFS;
    return false;
}

static int begin(struct request *request)
{
    const struct fuse_init_in *in = request_body(request, 16);
    struct fuse_init_out out = {.major = FUSE_KERNEL_VERSION};
    if (!in || in->major != FUSE_KERNEL_VERSION || in->minor < 31)
        return -EPROTO;
    out.minor = in->minor < FUSE_KERNEL_MINOR_VERSION ? in->minor : FUSE_KERNEL_MINOR_VERSION;
    out.max_readahead = FILES_DATA;
    out.flags = in->flags & WANTED;
    out.max_background = BACKGROUND;
    out.congestion_threshold = BACKGROUND * 3 / 4;
    out.max_write = FILES_DATA;
    out.time_gran = 1;
    out.max_pages = PAGES;
    memcpy(request->out, &out, sizeof out);
    return sizeof out;
}

static int forget(struct files *files, struct request *request)
{
    if (request->head.opcode == FUSE_FORGET) {
        const struct fuse_forget_in *in = request_body(request, sizeof *in);
        if (in)
            node_forget(files, request->head.nodeid, in->nlookup);
        return NO_REPLY;
    }
    const struct fuse_batch_forget_in *in = request_body(request, sizeof *in);
    for (uint32_t i = 0; in && i < in->count; i++) {
        struct fuse_forget_one one;
        size_t at = sizeof *in + i * sizeof one;
        if (at + sizeof one > request->size)
            break;
        memcpy(&one, request->body + at, sizeof one);
        node_forget(files, one.nodeid, one.nlookup);
    }
    return NO_REPLY;
}

/* The root has the shares in it, by number, and is seen by nobody but the guest's agent. */
static int root(struct files *files, struct request *request)
{
    struct fuse_attr attributes = {.ino = FILES_ROOT, .mode = S_IFDIR | 0555, .nlink = 2, .blksize = 4096};
    unsigned number = 0;
    switch (request->head.opcode) {
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr_valid = 3600, .attr = attributes};
        memcpy(request->out, &out, sizeof out);
        return sizeof out;
    }
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {.st = {.bsize = 4096, .namelen = 255, .frsize = 4096}};
        memcpy(request->out, &out, sizeof out);
        return sizeof out;
    }
    case FUSE_LOOKUP: {
        const char *name = request_name(request, 0, NULL);
        int end = 0;
        if (!name || sscanf(name, "%2u%n", &number, &end) != 1 || name[end] || number >= files->shares->count)
            return -ENOENT;
        struct statx status;
        struct fuse_entry_out out = {0};
        if (status_of(files->roots[number]->fd, &status) < 0)
            return -errno;
        return entry_fill(files, files->roots[number], "", -1, &status, &out) < 0 ? -errno
                                                                                  : (memcpy(request->out, &out, sizeof out), (int)sizeof out);
    }
    default:
        return -EPERM;
    }
}

int files_answer(struct files *files, struct request *request)
{
    uint32_t opcode = request->head.opcode;
    if (opcode == FUSE_INIT)
        return begin(request);
    if (opcode == FUSE_FORGET || opcode == FUSE_BATCH_FORGET)
        return forget(files, request);
    if (request->head.nodeid == FILES_ROOT && opcode != FUSE_DESTROY)
        return root(files, request);
    switch (opcode) {
    case FUSE_LOOKUP:
        return op_lookup(files, request);
    case FUSE_GETATTR:
        return op_getattr(files, request);
    case FUSE_SETATTR:
        return op_setattr(files, request);
    case FUSE_READLINK:
        return op_readlink(files, request);
    case FUSE_SYMLINK:
    case FUSE_MKNOD:
    case FUSE_MKDIR:
        return op_make(files, request);
    case FUSE_UNLINK:
    case FUSE_RMDIR:
        return op_remove(files, request);
    case FUSE_RENAME:
    case FUSE_RENAME2:
        return op_rename(files, request);
    case FUSE_LINK:
        return op_link(files, request);
    case FUSE_STATFS:
        return op_statfs(files, request);
    case FUSE_SETXATTR:
    case FUSE_GETXATTR:
    case FUSE_LISTXATTR:
    case FUSE_REMOVEXATTR:
        return op_xattr(files, request);
    case FUSE_OPEN:
        return op_open(files, request);
    case FUSE_CREATE:
    case TMPFILE:
        return op_create(files, request);
    case FUSE_OPENDIR:
        return op_opendir(files, request);
    case FUSE_READDIR:
    case FUSE_READDIRPLUS:
        return op_readdir(files, request);
    case FUSE_READ:
        return op_read(files, request);
    case FUSE_WRITE:
        return op_write(files, request);
    case FUSE_RELEASE:
    case FUSE_RELEASEDIR:
        return op_release(files, request);
    case FUSE_FLUSH:
        return op_flush(files, request);
    case FUSE_FSYNC:
    case FUSE_FSYNCDIR:
        return op_fsync(files, request);
    case FUSE_FALLOCATE:
        return op_fallocate(files, request);
    case FUSE_LSEEK:
        return op_seek(files, request);
    case FUSE_COPY_FILE_RANGE:
        return op_copy(files, request);
    case FUSE_GETLK:
    case FUSE_SETLK:
        return op_lock(files, request);
    case FUSE_DESTROY:
        return NO_REPLY;
    default:
        return -ENOSYS;
    }
}
