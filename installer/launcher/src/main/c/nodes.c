/*
 * nodes.c - the files that the guest knows, by number. Each is one inode of one share, whatever names it has.
 *
 * Most hold an O_PATH descriptor, which stays good whatever the host renames or deletes. There are more files than descriptors: the
 * one that was not used for longest is closed, and opened again below its parent by the name that it had, if that leads to the
 * same inode, born at the same time. A name that is not there any more, or another's, is ESTALE, upon which the guest's
 * kernel looks again.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 1000 };

static size_t slot_of(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t hash = (a * 0x9e3779b97f4a7c15U) ^ (b * 0xc2b2ae3d27d4eb4fU) ^ (c * 0x165667b19e3779f9U);
    return (size_t)((hash ^ hash >> 29) % TABLE);
}

static void unlist(struct files *files, struct node *node)
{
    if (node->newer)
        node->newer->older = node->older;
    else if (files->newest == node)
        files->newest = node->older;
    if (node->older)
        node->older->newer = node->newer;
    else if (files->oldest == node)
        files->oldest = node->newer;
    node->newer = node->older = NULL;
}

static void list(struct files *files, struct node *node)
{
    node->older = files->newest;
    if (files->newest)
        files->newest->newer = node;
    files->newest = node;
    if (!files->oldest)
        files->oldest = node;
}

static bool is_share(const struct node *node)
{
    return node->id < FILES_FIRST + SHARES_MAX;
}

static void descriptor_set(struct files *files, struct node *node, int fd)
{
    if (node->fd >= 0) {
        close(node->fd);
        files->descriptors--;
        unlist(files, node);
    }
    node->fd = fd;
    if (fd >= 0) {
        files->descriptors++;
        list(files, node);
    }
}

static bool yield(struct files *files)
{
    for (struct node *node = files->oldest; node; node = node->newer)
        if (!node->pins && !node->opened && !node->kept && !node->locks) {
            descriptor_set(files, node, -1);
            return true;
        }
    return false;
}

bool nodes_yield(struct files *files)
{
    pthread_mutex_lock(&files->lock);
    bool some = yield(files);
    for (int i = 0; some && i < 15; i++)
        yield(files);
    pthread_mutex_unlock(&files->lock);
    return some;
}

int open_yielding(struct files *files, int at, const char *path, int flags, mode_t mode)
{
    int fd;
    do
        fd = openat(at, path, flags | O_CLOEXEC | O_NOCTTY, mode);
    while (fd < 0 && (errno == EINTR || (errno == EMFILE && nodes_yield(files))));
    return fd;
}

static void identity(struct node *node, const struct statx *status)
{
    node->dev = makedev(status->stx_dev_major, status->stx_dev_minor);
    node->ino = status->stx_ino;
    node->type = status->stx_mode & S_IFMT;
    bool born = status->stx_mask & STATX_BTIME;
    node->born[0] = born ? status->stx_btime.tv_sec : 0;
    node->born[1] = born ? status->stx_btime.tv_nsec : 0;
}

static bool same(const struct node *node, const struct statx *status)
{
    struct node other;
    identity(&other, status);
    return node->dev == other.dev && node->ino == other.ino && node->type == other.type && node->born[0] == other.born[0] &&
           node->born[1] == other.born[1];
}

/* Its descriptor, opened again if need be; the lock is held. */
static int descriptor(struct files *files, struct node *node, int depth)
{
    struct statx status;
    if (node->fd >= 0) {
        if (!is_share(node)) {
            unlist(files, node);
            list(files, node);
        }
        return node->fd;
    }
    if (!node->parent || !node->name || depth > DEEPEST) {
        errno = ESTALE;
        return -1;
    }
    int at = descriptor(files, node->parent, depth + 1), fd;
    if (at < 0)
        return -1;
    node->parent->pins++;
    do
        fd = openat(at, node->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    while (fd < 0 && errno == EMFILE && yield(files));
    node->parent->pins--;
    if (fd >= 0 && (status_of(fd, &status) < 0 || !same(node, &status))) {
        close(fd);
        fd = -1;
        errno = ESTALE;
    }
    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            errno = ESTALE;
        return -1;
    }
    while (files->descriptors >= files->most && yield(files))
        continue;
    descriptor_set(files, node, fd);
    return fd;
}

static struct node *find(struct files *files, uint64_t id)
{
    struct node *node = files->by_id[id % TABLE];
    while (node && node->id != id)
        node = node->next_id;
    return node;
}

static struct node *find_file(struct files *files, unsigned share, const struct statx *status)
{
    uint64_t dev = makedev(status->stx_dev_major, status->stx_dev_minor);
    struct node *node = files->by_file[slot_of(share, dev, status->stx_ino)];
    while (node && !(node->share == share && same(node, status)))
        node = node->next_file;
    return node;
}

static void unhash(struct files *files, struct node *node)
{
    struct node **at = &files->by_id[node->id % TABLE];
    while (*at != node)
        at = &(*at)->next_id;
    *at = node->next_id;
    at = &files->by_file[slot_of(node->share, node->dev, node->ino)];
    while (*at != node)
        at = &(*at)->next_file;
    *at = node->next_file;
}

/* And its parents, if only it kept them. */
static void free_unused(struct files *files, struct node *node)
{
    while (node && !is_share(node) && !node->lookups && !node->pins && !node->children && !node->opened) {
        struct node *parent = node->parent;
        unhash(files, node);
        descriptor_set(files, node, -1);
        if (parent)
            parent->children--;
        free(node->name);
        free(node);
        files->nodes--;
        node = parent;
    }
}

static void hash(struct files *files, struct node *node)
{
    struct node **at = &files->by_id[node->id % TABLE];
    node->next_id = *at;
    *at = node;
    at = &files->by_file[slot_of(node->share, node->dev, node->ino)];
    node->next_file = *at;
    *at = node;
}

/* The place where it was seen last. Where the host has moved directories into one another, none may become its own ancestor. */
static void place(struct files *files, struct node *node, struct node *parent, const char *name)
{
    if (is_share(node) || node == parent || (node->parent == parent && node->name && strcmp(node->name, name) == 0))
        return;
    char *copy = strdup(name);
    if (!copy)
        return;
    for (struct node *at = parent; S_ISDIR(node->type) && at && !is_share(at); at = at->parent)
        if (at->parent == node) {
            at->parent = files->roots[at->share];
            at->parent->children++;
            node->children--;
            free(at->name);
            at->name = NULL;
            break;
        }
    struct node *before = node->parent;
    free(node->name);
    node->name = copy;
    node->parent = parent;
    parent->children++;
    if (before) {
        before->children--;
        free_unused(files, before);
    }
}

struct node *node_get(struct files *files, uint64_t id, int *fd)
{
    pthread_mutex_lock(&files->lock);
    struct node *node = find(files, id);
    int found = -1;
    if (!node)
        errno = ESTALE;
    else
        found = descriptor(files, node, 0);
    int error = errno;
    if (found >= 0)
        node->pins++;
    pthread_mutex_unlock(&files->lock);
    errno = error;
    *fd = found;
    return found >= 0 ? node : NULL;
}

void node_put(struct files *files, struct node *node)
{
    int error = errno;
    pthread_mutex_lock(&files->lock);
    node->pins--;
    free_unused(files, node);
    pthread_mutex_unlock(&files->lock);
    errno = error;
}

uint64_t node_add(struct files *files, struct node *parent, const char *name, int fd, const struct statx *status)
{
    pthread_mutex_lock(&files->lock);
    struct node *node = find_file(files, parent->share, status);
    if (!node && files->nodes < FILES_NODES && (node = calloc(1, sizeof *node))) {
        node->id = files->next_node++;
        node->fd = -1;
        node->share = parent->share;
        identity(node, status);
        hash(files, node);
        files->nodes++;
    }
    if (node && fd >= 0 && node->fd < 0 && !is_share(node)) {
        while (files->descriptors >= files->most && yield(files))
            continue;
        descriptor_set(files, node, fd);
        fd = -1;
    }
    uint64_t id = 0;
    if (node) {
        node->lookups++;
        if (*name)
            place(files, node, parent, name);
        id = node->id;
    }
    pthread_mutex_unlock(&files->lock);
    if (fd >= 0)
        close(fd);
    if (!id)
        errno = ENOMEM;
    return id;
}

void node_forget(struct files *files, uint64_t id, uint64_t times)
{
    pthread_mutex_lock(&files->lock);
    struct node *node = find(files, id);
    if (node) {
        node->lookups -= times < node->lookups ? times : node->lookups;
        free_unused(files, node);
    }
    pthread_mutex_unlock(&files->lock);
}

static void named(struct files *files, struct node *parent, int at, const char *name, bool keep)
{
    struct statx status;
    int fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    if (status_of(fd, &status) == 0) {
        pthread_mutex_lock(&files->lock);
        struct node *node = find_file(files, parent->share, &status);
        if (node && keep && !is_share(node)) {
            node->kept = true;
            if (node->fd < 0) {
                descriptor_set(files, node, fd);
                fd = -1;
            }
        } else if (node) {
            place(files, node, parent, name);
        }
        pthread_mutex_unlock(&files->lock);
    }
    if (fd >= 0)
        close(fd);
}

void node_keep(struct files *files, struct node *parent, int at, const char *name)
{
    named(files, parent, at, name, true);
}

void node_place(struct files *files, struct node *parent, int at, const char *name)
{
    named(files, parent, at, name, false);
}

void nodes_begin(struct files *files)
{
    files->next_node = FILES_FIRST + SHARES_MAX;
    for (unsigned i = 0; i < files->shares->count; i++) {
        struct statx status = {0};
        struct node *node = files->roots[i] = need(calloc(1, sizeof *node));
        node->id = FILES_FIRST + i;
        node->share = i;
        node->lookups = 1;
        node->fd = files->shares->share[i].fd;
        status_of(node->fd, &status);
        identity(node, &status);
        if (i == 0)
            files->dev = node->dev;
        hash(files, node);
    }
}

void nodes_end(struct files *files)
{
    for (size_t i = 0; i < TABLE; i++)
        for (struct node *node = files->by_id[i], *next; node; node = next) {
            next = node->next_id;
            if (!is_share(node) && node->fd >= 0)
                close(node->fd);
            free(node->name);
            free(node);
        }
}
