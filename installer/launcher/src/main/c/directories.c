/*
 * directories.c - what is in a directory, with or without what there is to know of each file. A place in the list is the host's own
 * number for it, so that a guest may go on anywhere.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ENTRIES = 32768 };

struct entry { /* the kernel's struct linux_dirent64 */
    uint64_t ino;
    int64_t next;
    uint16_t length;
    uint8_t type;
    char name[];
};

int op_opendir(struct files *files, struct request *request)
{
    int fd, result;
    struct node *node = node_get(files, request->head.nodeid, &fd);
    if (!node)
        return -errno;
    if (!S_ISDIR(node->type))
        result = -ENOTDIR;
    else if ((fd = open_yielding(files, fd, ".", O_RDONLY | O_DIRECTORY, 0)) < 0)
        result = -errno;
    else
        result = opened_reply(files, request, node, fd, false, 0);
    node_put(files, node);
    return result;
}

/* One entry with what it leads to, if it can be told. */
static void plus(struct files *files, struct handle *handle, const struct entry *entry, struct fuse_entry_out *out)
{
    struct statx status;
    memset(out, 0, sizeof *out);
    if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
        return;
    if (statx(handle->fd, entry->name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_BTIME, &status) < 0 ||
        entry_fill(files, handle->node, entry->name, -1, &status, out) < 0)
        memset(out, 0, sizeof *out);
}

static size_t entry_put(struct files *files, struct handle *handle, const struct entry *entry, bool with, unsigned char *at, size_t room)
{
    size_t length = strlen(entry->name), head = with ? sizeof(struct fuse_entry_out) : 0;
    size_t size = head + FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + length);
    struct fuse_dirent out = {.ino = entry->ino, .off = (uint64_t)entry->next, .namelen = (uint32_t)length, .type = entry->type};
    if (size > room)
        return 0;
    memset(at, 0, size);
    if (with) {
        struct fuse_entry_out found;
        plus(files, handle, entry, &found);
        if (found.nodeid)
            out.ino = found.attr.ino;
        memcpy(at, &found, sizeof found);
    }
    memcpy(at + head, &out, FUSE_NAME_OFFSET);
    memcpy(at + head + FUSE_NAME_OFFSET, entry->name, length);
    return size;
}

static int entries(struct files *files, struct handle *handle, const struct fuse_read_in *in, bool with, unsigned char *out)
{
    _Alignas(8) char buffer[ENTRIES];
    size_t most = in->size < FILES_DATA ? in->size : FILES_DATA, used = 0;
    if (in->offset > INT64_MAX || lseek(handle->fd, (off_t)in->offset, SEEK_SET) < 0)
        return -EINVAL;
    for (;;) {
        long n = syscall(SYS_getdents64, handle->fd, buffer, most - used < sizeof buffer ? (most - used < 512 ? 512 : most - used) : sizeof buffer);
        if (n < 0)
            return used ? (int)used : -errno;
        for (long at = 0; at < n;) {
            const struct entry *entry = (const struct entry *)(const void *)(buffer + at);
            size_t size = entry_put(files, handle, entry, with, out + used, most - used);
            if (!size)
                return (int)used;
            used += size;
            at += entry->length;
        }
        if (n == 0 || used > most / 2)
            return (int)used;
    }
}

int op_readdir(struct files *files, struct request *request)
{
    const struct fuse_read_in *in = request_body(request, sizeof *in);
    struct handle *handle = in ? handle_get(files, in->fh) : NULL;
    int result;
    if (!handle)
        return -errno;
    if (!S_ISDIR(handle->node->type)) {
        result = -ENOTDIR;
    } else {
        pthread_mutex_lock(&handle->position);
        result = entries(files, handle, in, request->head.opcode == FUSE_READDIRPLUS, request->out);
        pthread_mutex_unlock(&handle->position);
    }
    handle_put(files, handle);
    return result;
}
