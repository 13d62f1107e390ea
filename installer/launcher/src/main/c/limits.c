/*
 * limits.c - what this process may use and how it is ranked, for the command to have the same: limits.c of the agent takes it.
 * They are the command's, not the machine's: a VMM that may write a file of one MiB has no disk.
 *
 * The resources' numbers are the kernel's: the guest has the host's architecture.
 */
#include "nofear.h"

#include "caller.h"

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
    if (!caller_limit(resource, &limit))
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

/* Up to the hard limit, which only root may raise; no further than to `most`, where more does harm. */
static void lift(int resource, rlim_t most)
{
    struct rlimit limit;
    if (getrlimit((unsigned)resource, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
    setrlimit((unsigned)resource, &limit);
}

void limits_lift(void)
{
    static const int lifted[] = {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC, RLIMIT_SIGPENDING};
    for (size_t i = 0; i < sizeof lifted / sizeof lifted[0]; i++)
        lift(lifted[i], RLIM_INFINITY);
    lift(RLIMIT_NOFILE, 65536);
    lift(RLIMIT_STACK, 8 << 20); /* without end, a program's addresses would be in their old order, easier to guess */
    signal(SIGXFSZ, SIG_IGN); /* where it stays: an error says as much */
}

const char *limits_hint(void)
{
    static const struct {
        int resource;
        char option;
        rlim_t enough, unit; /* unit: what the shell counts in */
    } needs[] = {{RLIMIT_NOFILE, 'n', 256, 1},          {RLIMIT_AS, 'v', 16ULL << 30, 1024}, {RLIMIT_DATA, 'd', 16ULL << 30, 1024},
                 {RLIMIT_FSIZE, 'f', 16ULL << 30, 1024}, {RLIMIT_CPU, 't', 3600, 1},          {RLIMIT_NPROC, 'u', 1024, 1},
                 {RLIMIT_STACK, 's', 1 << 20, 1024}};
    static char text[200];
    size_t n = 0;
    text[0] = 0;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        struct rlimit limit;
        if (getrlimit((unsigned)needs[i].resource, &limit) == 0 && limit.rlim_max < needs[i].enough && n < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s-%c %llu", n ? ", " : "; this shell's limits are low: ulimit ",
                                  needs[i].option, (unsigned long long)(limit.rlim_max / needs[i].unit));
    }
    return text;
}
