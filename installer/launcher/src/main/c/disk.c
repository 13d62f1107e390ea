/*
 * disk.c - the profile's disk: a sparse ext4 image, made on first use with mke2fs, without root.
 *
 * It is made under a temporary name, synced and renamed, so there is a whole disk or none. Tables are left to be made lazily
 * (the file is sparse: they read as zeros already), no block is reserved for root, and nothing is discarded: a new 10 GiB disk
 * takes a few MiB and some 50 ms. The host never mounts it, nor does it look into it: a larger disk is a longer file, and the
 * guest's init grows the file system when it finds one. It never shrinks; space that is free in it goes back by discard.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEFAULT_SIZE_GIB = 16 };

/* How far it may grow later, in blocks of 4 KiB: 4 TiB. The kernel asks its journal for room for all that mke2fs keeps free for
 * this, and what is kept by default, for a thousandfold, is more than a journal of 16 MiB has. */
#define GROWS_TO (1ULL << 30)

/* Runs mke2fs; its last line of output tells what went wrong. */
static bool run(const char *program, const char *file, uint64_t bytes, char *said, size_t size)
{
    char extended[160], resize[40] = "";
    if (bytes / 4096 < GROWS_TO)
        snprintf(resize, sizeof resize, ",resize=%llu", GROWS_TO);
    snprintf(extended, sizeof extended, "nodiscard,lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0%s", resize);
    char *const arguments[] = {(char *)"mke2fs", (char *)"-q", (char *)"-F", (char *)"-t", (char *)"ext4", (char *)"-m",
                               (char *)"0", (char *)"-b", (char *)"4096", (char *)"-J", (char *)"size=16", (char *)"-E",
                               extended, (char *)file, NULL};
    char *const environment[] = {(char *)"LC_ALL=C", (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    int output[2], status;
    if (pipe2(output, O_CLOEXEC) < 0)
        return false;
    pid_t child = fork();
    if (child == 0) {
        dup2(output[1], STDOUT_FILENO);
        dup2(output[1], STDERR_FILENO);
        execve(program, arguments, environment);
        dprintf(STDERR_FILENO, "%s: %s", program, strerror(errno));
        _exit(127);
    }
    close(output[1]);
    size_t used = 0;
    char piece[512];
    for (ssize_t n; child > 0 && (n = read(output[0], piece, sizeof piece)) > 0;)
        for (ssize_t i = 0; i < n; i++) {
            if (piece[i] == '\n' && i + 1 == n)
                break;
            if (piece[i] == '\n' || used + 1 >= size)
                used = 0;
            else
                said[used++] = piece[i];
        }
    said[used] = 0;
    close(output[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool make(const struct plan *plan, const char *path, char *error, size_t size)
{
    char temporary[PATH_MAX + 32], said[256] = "";
    const char *program = plan_get(plan, "disk.mkfs");
    uint64_t bytes = plan_number(plan, "disk.size", (uint64_t)DEFAULT_SIZE_GIB << 30, INT64_MAX);
    snprintf(temporary, sizeof temporary, "%s.new.%d", path, (int)getpid());
    int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, (off_t)bytes) < 0) {
        snprintf(error, size, "the profile's disk %s can't be made: %s", path, strerror(errno));
    } else if (!program || !run(program, temporary, bytes, said, sizeof said)) {
        snprintf(error, size, "the profile's disk %s can't be made: %s", path,
                 !program ? "there is no mke2fs; install e2fsprogs" : said[0] ? said : "mke2fs failed");
    } else if (fsync(fd) < 0 || rename(temporary, path) < 0) {
        snprintf(error, size, "the profile's disk %s can't be made: %s", path, strerror(errno));
    } else {
        close(fd);
        return true;
    }
    if (fd >= 0) {
        close(fd);
        unlink(temporary);
    }
    return false;
}

/* Makes the disk as large as disk.grow says, if that is there: somebody asked for it. */
static bool grow(const struct plan *plan, int fd, const char *path, char *error, size_t size)
{
    uint64_t wanted = plan_number(plan, "disk.grow", 0, INT64_MAX);
    struct stat disk;
    if (wanted == 0)
        return true;
    if (fstat(fd, &disk) < 0 || ((uint64_t)disk.st_size < wanted && ftruncate(fd, (off_t)wanted) < 0)) {
        snprintf(error, size, "the profile's disk %s can't be made larger: %s", path, strerror(errno));
        return false;
    }
    if ((uint64_t)disk.st_size > wanted) {
        snprintf(error, size, "the profile's disk %s may hold %llu MiB already, and a disk does not shrink; leave --size out, or take another profile",
                 path, (unsigned long long)disk.st_size >> 20);
        return false;
    }
    return true;
}

/* A VMM that may not write as far as the disk goes would lose what the guest writes there. */
static bool within_limit(int fd, const char *path, char *error, size_t size)
{
    struct rlimit limit;
    struct stat disk;
    if (getrlimit(RLIMIT_FSIZE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || fstat(fd, &disk) < 0 ||
        limit.rlim_cur >= (rlim_t)disk.st_size)
        return true;
    snprintf(error, size, "files may have %llu MiB at most here (ulimit -H -f), and the profile's disk %s has %llu: use a shell without that limit, or -t",
             (unsigned long long)limit.rlim_cur >> 20, path, (unsigned long long)disk.st_size >> 20);
    return false;
}

bool disk_ready(const struct plan *plan, const struct places *places, char *error, size_t size)
{
    const char *planned = plan_get(plan, "disk");
    if (!planned)
        return true;
    char *path = places_fill(places, planned);
    bool ok = access(path, F_OK) == 0 || make(plan, path, error, size);
    int fd = ok ? safe_file(AT_FDCWD, path, O_RDWR, "the profile's disk", error, size) : -1;
    ok = fd >= 0 && grow(plan, fd, path, error, size) && within_limit(fd, path, error, size);
    if (fd >= 0)
        close(fd);
    free(path);
    return ok;
}

/* Room that no run would notice the lack of. */
enum { ROOM = 1 << 20, AMPLE = 64 << 20 };

int disk_full(const struct plan *plan, bool sure)
{
    const char *directory = plan_get(plan, "profile.dir");
    struct statvfs room;
    if (!plan_get(plan, "disk") || !directory)
        return 0;
    if (!sure && statvfs(directory, &room) == 0 && (uint64_t)room.f_bavail * room.f_frsize > AMPLE)
        return 0;
    int fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); /* the only way to see a quota */
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? errno : 0;
    int error = posix_fallocate(fd, 0, ROOM);
    close(fd);
    return error == ENOSPC || error == EDQUOT ? error : 0;
}
