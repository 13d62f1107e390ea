/*
 * shares.c - opens each shared folder once, before the VM starts. From then on these descriptors count, and no name: they are what the
 * file server serves (files.h), and what its Landlock rules are made of (confine.c). The VMM gets none of them.
 *
 * A guest that has a folder for writing can make a link of any directory in it. So a name that led to a folder yesterday, or a
 * moment ago, may lead anywhere today. Java resolved the links of a -f path once, by its rule (SharedFolders.java); here there are
 * none any more, and the folder must be the one that it saw, by device and inode.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#else
struct open_how {
    uint64_t flags, mode, resolve;
};
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_NO_SYMLINKS 0x04
#define RESOLVE_BENEATH 0x08
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static int openat2(int at, const char *path, uint64_t flags, uint64_t resolve)
{
    struct open_how how = {.flags = flags | O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = resolve | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
    return (int)syscall(SYS_openat2, at, path, &how, sizeof how);
}

int open_beneath(int directory, const char *path)
{
    return openat2(directory, path, 0, RESOLVE_BENEATH);
}

/* For kernels before 5.6, and for containers whose filter does not know the call. */
static int open_by_steps(const char *path)
{
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (at >= 0 && *(path += strspn(path, "/"))) {
        char name[256];
        size_t length = strcspn(path, "/");
        int next = -1, error = ENAMETOOLONG;
        if (length < sizeof name) {
            memcpy(name, path, length);
            name[length] = 0;
            next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            error = errno;
        }
        close(at);
        errno = error;
        at = next;
        path += length;
    }
    return at;
}

int open_without_links(const char *path)
{
    if (*path != '/') {
        errno = EINVAL;
        return -1;
    }
    int fd = openat2(AT_FDCWD, path, O_DIRECTORY, 0);
    return fd < 0 && (errno == ENOSYS || errno == EPERM) ? open_by_steps(path) : fd;
}

static bool share_open(struct share *share, const char *id, char *error, size_t size)
{
    char found[48];
    struct stat status;
    share->fd = open_without_links(share->path);
    if (share->fd < 0) {
        snprintf(error, size, "the shared folder %s can't be had: %s", share->path,
                 errno == ELOOP || errno == ENOTDIR ? "it is a link or no directory, or behind one, by now" : strerror(errno));
        return false;
    }
    if (fstat(share->fd, &status) == 0) {
        snprintf(found, sizeof found, "%llu:%llu", (unsigned long long)status.st_dev, (unsigned long long)status.st_ino);
        if (strcmp(found, id) == 0)
            return true;
    }
    snprintf(error, size, "the shared folder %s has become another one while this started: run it again", share->path);
    return false;
}

bool shares_open(struct plan *plan, char *error, size_t size)
{
    struct shares *shares = need(calloc(1, sizeof *shares));
    struct nf_pairs paths = plan->pairs, ids = plan->pairs, modes = plan->pairs;
    plan->shares = shares;
    for (const char *path; (path = plan_next(&paths, "share.path"));) {
        const char *id = plan_next(&ids, "share.id"), *mode = plan_next(&modes, "share.mode");
        struct share *share = &shares->share[shares->count];
        if (!id || !mode || shares->count == SHARES_MAX) {
            snprintf(error, size, "the launch plan can't be read: install again");
            shares_close(plan);
            return false;
        }
        *share = (struct share){-1, path, strcmp(mode, "rw") == 0};
        shares->count++;
        if (!share_open(share, id, error, size)) {
            shares_close(plan);
            return false;
        }
    }
    return true;
}

void shares_close(struct plan *plan)
{
    for (size_t i = 0; plan->shares && i < plan->shares->count; i++)
        if (plan->shares->share[i].fd >= 0)
            close(plan->shares->share[i].fd);
    free(plan->shares);
    plan->shares = NULL;
}

bool shares_have(const struct plan *plan, int fd)
{
    for (size_t i = 0; plan->shares && i < plan->shares->count; i++)
        if (plan->shares->share[i].fd == fd)
            return true;
    return false;
}
