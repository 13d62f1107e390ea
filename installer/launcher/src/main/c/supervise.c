/*
 * supervise.c - does for lkvm what the filter (filter.c) does not let it do: chmod, utimensat, lchown and truncate by path.
 *
 * Only below the shared folders that the guest may write to, from a descriptor of the folder and without following any link, so
 * that no link made in the meantime leads elsewhere. The request's words are the VMM's, and the VMM may be the guest's by now:
 * they are copied once and judged by what they are.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* linux/openat2.h, linux/seccomp.h: younger than some build machines' headers. */
struct how {
    uint64_t flags, mode, resolve;
};
enum { OPENAT2 = 437, NO_MAGICLINKS = 2, NO_SYMLINKS = 4, BENEATH = 8 };
struct asked {
    uint64_t id;
    uint32_t pid, flags;
    struct seccomp_data call;
};
struct answer {
    uint64_t id;
    int64_t value;
    int32_t error;
    uint32_t flags;
};
#define RECEIVE _IOWR('!', 0, struct asked)
#define SEND _IOWR('!', 1, struct answer)
#define VALID _IOW('!', 2, uint64_t)

/* Up to a zero; page by page, since what follows may not be there. */
static bool copy_text(pid_t pid, uint64_t from, char *text, size_t size)
{
    for (size_t n = 0; n < size;) {
        size_t part = 4096 - (from + n) % 4096;
        if (part > size - n)
            part = size - n;
        struct iovec here = {text + n, part}, there = {(void *)(uintptr_t)(from + n), part};
        if (process_vm_readv(pid, &here, 1, &there, 1, 0) != (ssize_t)part)
            return false;
        if (memchr(text + n, 0, part))
            return true;
        n += part;
    }
    return false;
}

static int below(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || (path[length] != 0 && path[length] != '/'))
        return -1;
    const char *rest = path + length + strspn(path + length, "/");
    int base = open(folder, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (base < 0 || !*rest)
        return base;
    struct how how = {O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, BENEATH | NO_SYMLINKS | NO_MAGICLINKS};
    int fd = (int)syscall(OPENAT2, base, rest, &how, sizeof how);
    close(base);
    return fd;
}

static int allowed(const struct plan *plan, const char *path)
{
    struct nf_pairs at = plan->pairs;
    for (const char *folder; (folder = plan_next(&at, "confine.attributes"));) {
        int fd = below(folder, path);
        if (fd >= 0)
            return fd;
    }
    errno = EACCES;
    return -1;
}

static int cut(const char *self, const struct stat *status, uint64_t size)
{
    if (!S_ISREG(status->st_mode)) {
        errno = EINVAL;
        return -1;
    }
    int fd = open(self, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    int result = fd < 0 ? -1 : ftruncate(fd, (off_t)size);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return result;
}

static int times_set(const struct asked *asked, int fd)
{
    struct timespec times[2];
    struct iovec here = {times, sizeof times}, there = {(void *)(uintptr_t)asked->call.args[2], sizeof times};
    if (asked->call.args[2] && process_vm_readv((pid_t)asked->pid, &here, 1, &there, 1, 0) != (ssize_t)sizeof times) {
        errno = EFAULT;
        return -1;
    }
    return utimensat(fd, "", asked->call.args[2] ? times : NULL, AT_EMPTY_PATH);
}

/* Modes without setuid and setgid: a program that a guest wrote must not run as the user for others of this host. */
static int carry_out(const struct asked *asked, int fd)
{
    char self[40];
    struct stat status;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (fstat(fd, &status) < 0)
        return -1;
    switch (asked->call.nr) {
    case SYS_chmod:
        if (S_ISLNK(status.st_mode)) {
            errno = EOPNOTSUPP;
            return -1;
        }
        return chmod(self, asked->call.args[1] & 01777);
    case SYS_truncate:
        return cut(self, &status, asked->call.args[1]);
    case SYS_utimensat:
        return times_set(asked, fd);
    case SYS_lchown:
        return fchownat(fd, "", (uid_t)asked->call.args[1], (gid_t)asked->call.args[2], AT_EMPTY_PATH);
    default:
        errno = EPERM;
        return -1;
    }
}

void supervise(const struct plan *plan, int listener)
{
    char path[4096];
    struct asked asked = {0};
    if (ioctl(listener, RECEIVE, &asked) < 0)
        return;
    struct answer answer = {.id = asked.id};
    uint64_t name = asked.call.args[asked.call.nr == SYS_utimensat ? 1 : 0];
    int fd = -1;
    if (!copy_text((pid_t)asked.pid, name, path, sizeof path))
        errno = EFAULT;
    else if (ioctl(listener, VALID, &asked.id) == 0) /* what was read was the one's that asks */
        fd = allowed(plan, path);
    if (fd < 0 || carry_out(&asked, fd) < 0)
        answer.error = errno > 0 ? -errno : -EPERM;
    if (fd >= 0)
        close(fd);
    ioctl(listener, SEND, &answer);
}
