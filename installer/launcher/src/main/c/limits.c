/*
 * limits.c - what this process may use and how it is ranked, for the command to have the same: limits.c of the agent takes it.
 * They are the command's, not the machine's: a VMM that may write a file of one MiB has no disk.
 *
 * The resources' numbers are the kernel's: the guest has the host's architecture.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit_describe(struct nf_buffer *request, unsigned resource)
{
    struct rlimit limit;
    char text[64];
    if (getrlimit(resource, &limit) < 0)
        return;
    snprintf(text, sizeof text, "%u:%llu:%llu", resource, (unsigned long long)limit.rlim_cur,
             (unsigned long long)limit.rlim_max);
    nf_pair_add(request, "limit", text);
}

static void out_of_memory_describe(struct nf_buffer *request)
{
    char text[16];
    int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    if (n <= 0)
        return;
    text[n] = 0;
    text[strcspn(text, "\n")] = 0;
    nf_pair_add(request, "oom", text);
}

void limits_describe(struct nf_buffer *request)
{
    char text[16];
    for (unsigned resource = 0; resource < RLIM_NLIMITS; resource++)
        limit_describe(request, resource);
    errno = 0;
    int nice = getpriority(PRIO_PROCESS, 0);
    if (errno == 0) {
        snprintf(text, sizeof text, "%d", nice);
        nf_pair_add(request, "nice", text);
    }
    out_of_memory_describe(request);
}

void limits_lift(void)
{
    static const int lifted[] = {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC};
    for (size_t i = 0; i < sizeof lifted / sizeof lifted[0]; i++) {
        struct rlimit limit;
        if (getrlimit(lifted[i], &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
            limit.rlim_cur = limit.rlim_max;
            setrlimit(lifted[i], &limit);
        }
    }
    signal(SIGXFSZ, SIG_IGN); /* where it stays: an error says as much */
}
