/*
 * supervise.c - does for lkvm what the filter (filter.c) does not let it do: chmod, utimensat, lchown and truncate by path,
 * look-ups in shared folders, and the opening of the host's files without a mark of the access; and has an eye on what processor
 * it gives to the guest (cpuid.c).
 *
 * Changes only below the shared folders that the guest may write to; all from the descriptor of the folder (shares.c) and without
 * following any link, so that no link made in the meantime leads elsewhere. The request's words are the VMM's, and the VMM may be the guest's by now:
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
#include <unistd.h>

/* linux/seccomp.h: younger than some build machines' headers. */
enum { CONTINUE = 1 };
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
struct gift {
    uint64_t id;
    uint32_t flags, from, to, to_flags;
};
#define GIVE _IOW('!', 3, struct gift)

/* Up to a zero; page by page, since what follows may not be there. */
static bool copy_text(pid_t pid, uint64_t from, char *text, size_t size)
{
    for (size_t n = 0; n < size;) {
        size_t part = 4096 - (from + n) % 4096;
        if (part > size - n)
            part = size - n;
        if (!remote_read(pid, from + n, text + n, part))
            return false;
        if (memchr(text + n, 0, part))
            return true;
        n += part;
    }
    return false;
}

/* What of the path is below the folder's, or NULL. */
static const char *rest_of(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || (path[length] != 0 && path[length] != '/'))
        return NULL;
    return path + length + strspn(path + length, "/");
}

static int below(int folder, const char *rest)
{
    return *rest ? open_beneath(folder, rest) : fcntl(folder, F_DUPFD_CLOEXEC, 0);
}

/* One of the caller's folders, which are open: what their names lead to by now is of no account. The innermost first: what a guest
 * has put in its place above is not what was shared. */
static int in_shares(const struct plan *plan, const char *path, bool writing, bool *inside)
{
    const struct share *best = NULL;
    for (size_t i = 0; plan->shares && i < plan->shares->count; i++) {
        const struct share *share = &plan->shares->share[i];
        if ((share->writable || !writing) && rest_of(path, share->path) && (!best || strlen(share->path) > strlen(best->path)))
            best = share;
    }
    if (!best)
        return -1;
    *inside = true;
    return below(best->fd, rest_of(path, best->path));
}

/* One of the host's own directories. */
static int in_directories(const struct plan *plan, const char *key, const char *path, bool *inside)
{
    struct nf_pairs at = plan->pairs;
    for (const char *folder; (folder = plan_next(&at, key));) {
        const char *rest = rest_of(path, folder);
        if (!rest)
            continue;
        *inside = true;
        int base = open_without_links(folder), fd = base < 0 ? -1 : below(base, rest), error = errno;
        if (base >= 0)
            close(base);
        errno = error;
        return fd;
    }
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
    if (asked->call.args[2] && !remote_read((pid_t)asked->pid, asked->call.args[2], times, sizeof times))
        return -1;
    return utimensat(fd, "", asked->call.args[2] ? times : NULL, AT_EMPTY_PATH);
}

/* Bytes to where the VMM wants them. */
static int deliver(const struct asked *asked, int argument, const void *bytes, size_t size)
{
    return remote_write((pid_t)asked->pid, asked->call.args[argument], bytes, size) ? (int)size : -1;
}

static int link_read(const struct asked *asked, int fd, const struct stat *status)
{
    char target[4096];
    if (!S_ISLNK(status->st_mode)) {
        errno = EINVAL; /* what realpath expects of a directory; by descriptor it would be ENOENT */
        return -1;
    }
    ssize_t n = readlinkat(fd, "", target, asked->call.args[2] < sizeof target ? asked->call.args[2] : sizeof target);
    return n < 0 ? -1 : deliver(asked, 1, target, (size_t)n);
}

static bool opens(const struct asked *asked)
{
    return asked->call.nr == SYS_open || asked->call.nr == SYS_openat;
}

static int open_flags(const struct asked *asked)
{
    return (int)asked->call.args[asked->call.nr == SYS_open ? 1 : 2];
}

/* As asked, but for the mark of the access, which is what it is on the host; the VMM is given the descriptor. */
static int open_for(const struct asked *asked, int listener, const char *self, const struct stat *status)
{
    int flags = open_flags(asked);
    if ((flags & (O_ACCMODE | O_CREAT | O_TRUNC)) != O_RDONLY || !(S_ISREG(status->st_mode) || S_ISDIR(status->st_mode))) {
        errno = S_ISLNK(status->st_mode) ? ELOOP : EACCES;
        return -1;
    }
    int fd = open(self, (flags & O_DIRECTORY) | O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    struct gift gift = {asked->id, 0, (uint32_t)fd, 0, (uint32_t)(flags & O_CLOEXEC)};
    int result = ioctl(listener, GIVE, &gift), error = errno;
    close(fd);
    errno = error;
    return result;
}

/* Modes without setuid and setgid: a program that a guest wrote must not run as the user for others of this host. */
static int carry_out(const struct asked *asked, int listener, int fd)
{
    char self[40];
    struct stat status;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (fstat(fd, &status) < 0)
        return -1;
    switch (asked->call.nr) {
    case SYS_open:
    case SYS_openat:
        return open_for(asked, listener, self, &status);
    case SYS_readlink:
        return link_read(asked, fd, &status);
    case SYS_stat:
    case SYS_lstat:
        return deliver(asked, 1, &status, sizeof status) < 0 ? -1 : 0;
    case SYS_newfstatat:
        return deliver(asked, 2, &status, sizeof status) < 0 ? -1 : 0;
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

static bool looks_up(const struct asked *asked)
{
    int number = asked->call.nr;
    return number == SYS_stat || number == SYS_lstat || number == SYS_newfstatat || number == SYS_readlink;
}

/* The argument that is the path. */
static uint64_t name_of(const struct asked *asked)
{
    int number = asked->call.nr;
    return asked->call.args[number == SYS_utimensat || number == SYS_newfstatat || number == SYS_openat ? 1 : 0];
}

/* Inside tells whether the name is below a folder where that may be done, whatever comes of it. */
static int allowed(const struct plan *plan, const struct asked *asked, const char *path, bool *inside)
{
    bool opening = opens(asked), looking = looks_up(asked);
    int fd = opening ? -1 : in_shares(plan, path, !looking, inside);
    if (!*inside && (opening || looking))
        fd = in_directories(plan, opening ? "confine.opens" : "confine.lookups", path, inside);
    if (!*inside)
        errno = EACCES;
    return fd;
}

/* A name of the VMM's own, not its guest's, or in a folder of the user's: the VMM may try by itself, in Landlock's bounds. */
static bool is_its_own(const struct asked *asked)
{
    return looks_up(asked) || (opens(asked) && (open_flags(asked) & (O_ACCMODE | O_TRUNC)) != (O_RDONLY | O_TRUNC));
}

/* A call with a path. */
static void answer_path(const struct plan *plan, int listener, const struct asked *asked, struct answer *answer)
{
    char path[4096];
    bool inside = false;
    int fd = -1, result = -1;
    if (!copy_text((pid_t)asked->pid, name_of(asked), path, sizeof path))
        errno = EFAULT;
    else if (ioctl(listener, VALID, &asked->id) == 0) /* what was read was the one's that asks */
        fd = allowed(plan, asked, path, &inside);
    if (fd >= 0)
        result = carry_out(asked, listener, fd);
    if (is_its_own(asked) && !inside && errno == EACCES)
        answer->flags = CONTINUE;
    else if (result >= 0)
        answer->value = result;
    else
        answer->error = errno > 0 ? -errno : -EPERM;
    if (fd >= 0)
        close(fd);
}

/* KVM_SET_CPUID2 goes on, with a table that cpuid.c has been through. */
static void answer_cpuid(int listener, const struct asked *asked, struct answer *answer)
{
    if (ioctl(listener, VALID, &asked->id) == 0 && cpuid_hide((pid_t)asked->pid, asked->call.args[2]))
        answer->flags = CONTINUE;
    else
        answer->error = errno > 0 ? -errno : -EPERM;
}

void supervise(const struct plan *plan, int listener)
{
    struct asked asked = {0};
    if (ioctl(listener, RECEIVE, &asked) < 0)
        return;
    struct answer answer = {.id = asked.id};
    if (asked.call.nr == SYS_ioctl)
        answer_cpuid(listener, &asked, &answer);
    else
        answer_path(plan, listener, &asked, &answer);
    ioctl(listener, SEND, &answer);
}
