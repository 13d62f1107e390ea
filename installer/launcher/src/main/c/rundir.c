/*
 * rundir.c - the private directory of a running VM: socket, log, status, the VMM's HOME.
 *
 * It lies in $XDG_RUNTIME_DIR/nofear or NOFEAR_HOME/.run (the plan says which), mode 0700. Its file `alive` is locked by the
 * monitor and the keeper, so a directory whose lock is free is a leftover and goes with the next start. UNIX socket paths may
 * be 108 bytes long at most: sockets are reached through /proc/self/fd, and the name is kept short.
 */
#include "nofear.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 64, DEPTH = 6 };

/* Removes what is in a directory, following nothing. */
static void empty(int directory, int depth, const char *but)
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    while (entries && depth > 0 && (entry = readdir(entries))) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || (but && strcmp(name, but) == 0))
            continue;
        if (unlinkat(directory, name, 0) == 0)
            continue;
        int inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) {
            empty(inner, depth - 1, NULL);
            close(inner);
            unlinkat(directory, name, AT_REMOVEDIR);
        }
    }
    if (entries)
        closedir(entries);
}

static void reap(int base, const char *name)
{
    int directory = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return;
    int alive = openat(directory, "alive", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (alive < 0 || flock(alive, LOCK_EX | LOCK_NB) == 0) {
        empty(directory, DEPTH, NULL);
        unlinkat(base, name, AT_REMOVEDIR);
    }
    if (alive >= 0)
        close(alive);
    close(directory);
}

static void reap_all(int base)
{
    int copy = openat(base, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && strcmp(entry->d_name, ".lock") != 0)
            reap(base, entry->d_name);
    if (entries)
        closedir(entries);
}

/* A profile's name may come from several NOFEAR_HOMEs, and is up to 64 long: its directory's number tells them apart. */
static void name_set(struct rundir *run, const struct plan *plan)
{
    struct stat status = {.st_ino = 0};
    const char *profile = plan_get(plan, "profile"), *directory = plan_get(plan, "profile.dir");
    if (plan_is(plan, "temporary", "1") || !profile)
        snprintf(run->name, sizeof run->name, ".t%d", (int)getpid());
    else if (directory && stat(directory, &status) == 0)
        snprintf(run->name, sizeof run->name, "%.20s-%llx", profile, (unsigned long long)(status.st_ino ^ status.st_dev << 40));
    else
        snprintf(run->name, sizeof run->name, "%.20s", profile);
}

static int base_open(const char *path, char *error, size_t size)
{
    char parent[PATH_MAX];
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (path[0] != '/' || !slash) {
        snprintf(error, size, "the run directory %s is not an absolute path", path);
        return -1;
    }
    *slash = 0;
    mkdir(parent, 0700);
    return safe_directory(AT_FDCWD, path, true, "the run directory", error, size);
}

int rundir_base(const struct plan *plan, char *error, size_t size)
{
    const char *base = plan_get(plan, "run.dir");
    if (!base)
        snprintf(error, size, "the launch plan has no run.dir: install again");
    return base ? base_open(base, error, size) : -1;
}

bool rundir_make(struct rundir *run, const struct plan *plan, char *error, size_t size)
{
    const char *base = plan_get(plan, "run.dir");
    run->fd = run->alive = -1;
    run->base = rundir_base(plan, error, size);
    if (run->base < 0)
        return false;
    name_set(run, plan);
    int lock = safe_file(run->base, ".lock", O_RDWR | O_CREAT, "the run directory's", error, size);
    if (lock < 0)
        return false;
    flock(lock, LOCK_EX); /* held for a few system calls by anybody */
    reap_all(run->base);
    run->fd = safe_directory(run->base, run->name, true, "the run directory", error, size);
    run->alive = run->fd < 0 ? -1 : safe_file(run->fd, "alive", O_RDWR | O_CREAT, "the run directory's", error, size);
    bool ours = run->alive >= 0 && flock(run->alive, LOCK_EX | LOCK_NB) == 0;
    if (run->alive >= 0 && !ours)
        snprintf(error, size, "the run directory %s/%s is in use", base, run->name);
    close(lock);
    snprintf(run->path, sizeof run->path, "%s/%s", base, run->name);
    return ours;
}

/* After a failure its log stays until the next start of any VM. */
void rundir_remove(struct rundir *run, bool keep_log)
{
    if (run->fd < 0)
        return;
    empty(run->fd, DEPTH, keep_log ? "vmm.log" : NULL);
    if (!keep_log)
        unlinkat(run->base, run->name, AT_REMOVEDIR);
}

static void address_of(int directory, struct sockaddr_un *address)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    snprintf(address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/socket", directory);
}

int rundir_listen(const struct rundir *run)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    address_of(run->fd, &address);
    unlinkat(run->fd, "socket", 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Connected, and to a process of our own user; or -1. */
int rundir_connect(const char *path)
{
    struct sockaddr_un address;
    struct ucred peer;
    socklen_t length = sizeof peer;
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address_of(directory, &address);
    bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
              getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
    close(directory);
    if (!ok && fd >= 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}
