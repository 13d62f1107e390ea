/*
 * supervise.c - does for lkvm what the filter (filter.c) does not let it do: the opening of the host's files without a mark of the
 * access; and has an eye on what processor it gives to the guest (cpuid.c).
 *
 * Only below the host's own directories that are shared, without following any link. The request's words are the VMM's, and the VMM may
 * be the guest's by now: they are copied once and judged by what they are.
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

/* One of the host's own directories. */
static int in_directories(const struct plan *plan, const char *path, bool *inside)
{
    struct nf_pairs at = plan->pairs;
    for (const char *folder; (folder = plan_next(&at, "confine.opens"));) {
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

static int carry_out(const struct asked *asked, int listener, int fd)
{
    char self[40];
    struct stat status;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (fstat(fd, &status) < 0)
        return -1;
    return open_for(asked, listener, self, &status);
}

/* The argument that is the path. */
static uint64_t name_of(const struct asked *asked)
{
    return asked->call.args[asked->call.nr == SYS_openat ? 1 : 0];
}

/* A name of the VMM's own, not its guest's: the VMM may try by itself, in Landlock's bounds. */
static bool is_its_own(const struct asked *asked)
{
    return (open_flags(asked) & (O_ACCMODE | O_TRUNC)) != (O_RDONLY | O_TRUNC);
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
        fd = in_directories(plan, path, &inside);
    if (fd < 0 && !inside)
        errno = EACCES;
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
