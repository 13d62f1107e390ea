/*
 * vmm.c - starts the VMM under a keeper, which sees to it that the VMM never outlives the monitor.
 *
 * The keeper is the VMM's parent and waits for two things: the VMM's end, which it reports, and the monitor's (the socket
 * between them closes), upon which it kills the VMM and clears the run directory. The parent-death signal alone would not do:
 * exec of a file with capabilities clears it. The keeper also holds the locks of the profile and the run directory, so that
 * nobody else takes the disk before the VMM is really gone.
 *
 * The VMM starts with nothing of the caller: an empty environment but HOME (lkvm makes $HOME/.lkvm at every start), no
 * descriptors but /dev/null, the log and its ends of the channels, no core dump, confined (confine.c).
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The keeper's descriptors; the VMM gets the first ones, as far as it is given them, under the same numbers. */
enum { CHANNEL = 3, TAP, MEMORY, QMP, FILES, MONITOR, LOG, LOCK, ALIVE, BASE, DIRECTORY, KEPT };

/* Those from first on; up to end, or all when that is 0. */
void close_from(unsigned first, unsigned end)
{
    if (syscall(SYS_close_range, first, end - 1, 0U) == 0)
        return;
    long most = end ? (long)end : sysconf(_SC_OPEN_MAX);
    for (long fd = (long)first; fd < (most > 0 && most < 65536 ? most : 65536); fd++)
        close((int)fd);
}

static void descriptors_set(const int wanted[KEPT])
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), high[KEPT];
    for (int i = 0; i < KEPT; i++)
        if ((high[i] = fcntl(wanted[i] < 0 ? null : wanted[i], F_DUPFD_CLOEXEC, (int)KEPT)) < 0)
            _exit(1);
    for (int i = 0; i < KEPT; i++)
        dup3(high[i], i, i < 3 ? 0 : O_CLOEXEC);
    close_from(KEPT, 0);
}

/* What a VMM may use up: no core; descriptors for many open files of its guest, and no end of them. */
static void limits_set(void)
{
    struct rlimit none = {0, 0}, files = {65536, 65536}, locked = {64 << 20, 64 << 20};
    setrlimit(RLIMIT_CORE, &none);
    setrlimit(RLIMIT_NOFILE, &files);
    setrlimit(RLIMIT_MEMLOCK, &locked);
}

static void vmm_exec(const struct plan *plan, const struct places *places, char **arguments, const int *inherited, pid_t keeper,
                     int filter)
{
    char home[1100];
    char *environment[] = {home, NULL};
    snprintf(home, sizeof home, "HOME=%s", places->run);
    signals_default();
    signal(SIGXFSZ, SIG_IGN); /* as in the monitor, whose limits it has */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(1);
    limits_set();
    dup2(LOG, STDOUT_FILENO);
    dup2(LOG, STDERR_FILENO);
    for (int fd = CHANNEL; fd <= FILES; fd++)
        fcntl(fd, F_SETFD, inherited[fd - CHANNEL] < 0 ? FD_CLOEXEC : 0);
    if (chdir(places->run) < 0 || !confine(plan, places) || !filter_set(filter)) {
        dprintf(STDERR_FILENO, "the VMM can't be confined: %s\n", strerror(errno));
        _exit(126);
    }
    close_from(FILES + 1, 0);
    execve(arguments[0], arguments, environment);
    dprintf(STDERR_FILENO, "%s can't be started: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

static void keeper_run(const struct plan *plan, const struct places *places, char **arguments, const int *inherited,
                       struct rundir *run)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_NAME, "nofear-keeper");
    int filter[2] = {-1, -1};
    if (plan_is(plan, "supervise", "1") && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, filter) < 0)
        _exit(1);
    pid_t self = getpid(), vmm = fork();
    if (vmm == 0)
        vmm_exec(plan, places, arguments, inherited, self, filter[1]);
    close(filter[1]);
    for (int fd = CHANNEL; fd <= FILES; fd++)
        close(fd); /* the VMM's alone: its end must be the channel's */
    close(LOG);
    if (vmm < 0 || send(MONITOR, &vmm, sizeof vmm, MSG_NOSIGNAL) < 0)
        _exit(1);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    struct pollfd polls[] = {{.fd = MONITOR, .events = POLLIN},
                             {.fd = signalfd(-1, &child, SFD_CLOEXEC), .events = POLLIN},
                             {.fd = filter[0] >= 0 ? descriptor_take(filter[0]) : -1, .events = POLLIN}};
    bool killed = false, orphaned = false;
    int status;
    while (waitpid(vmm, &status, WNOHANG) == 0) {
        poll(polls, killed ? 0 : 3, killed ? 100 : -1);
        if (!killed && polls[2].revents & POLLIN)
            supervise(plan, polls[2].fd);
        else if (polls[2].revents)
            polls[2].fd = -1; /* nobody is left who could ask */
        char order;
        ssize_t n = killed ? -1 : recv(MONITOR, &order, 1, MSG_DONTWAIT);
        if (n >= 0) { /* an order to kill, or the monitor's end */
            kill(vmm, SIGKILL);
            killed = true;
            orphaned = n == 0;
            waitpid(vmm, &status, 0);
            break;
        }
    }
    if (orphaned || send(MONITOR, &status, sizeof status, MSG_NOSIGNAL) < 0) {
        run->base = BASE;
        run->fd = DIRECTORY;
        rundir_remove(run, false);
    }
    _exit(0);
}

static char **arguments_of(const struct plan *plan, const struct places *places, const char *const *keys)
{
    size_t n = 0;
    char **arguments = need(calloc(1, sizeof *arguments));
    for (; *keys; keys++) {
        struct nf_pairs at = plan->pairs;
        for (const char *word; (word = plan_next(&at, *keys));) {
            arguments = need(realloc(arguments, (n + 2) * sizeof *arguments));
            arguments[n++] = places_fill(places, word);
            arguments[n] = NULL;
        }
    }
    return arguments;
}

bool vmm_start(struct vmm *vmm, const struct plan *plan, const struct places *places, struct rundir *run,
               const struct inherited *inherited, const char *const *keys, int lock, char *error, size_t size)
{
    int pair[2], log[2];
    *vmm = (struct vmm){.keeper = -1, .pid = -1, .pidfd = -1, .log = -1, .keeper_fd = -1};
    char **arguments = arguments_of(plan, places, keys);
    if (!arguments[0] || arguments[0][0] != '/') {
        snprintf(error, size, "the launch plan names no VMM: install again");
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 || pipe2(log, O_CLOEXEC) < 0) {
        snprintf(error, size, "no pipe can be made: %s", strerror(errno));
        return false;
    }
    vmm->keeper = fork();
    if (vmm->keeper == 0) {
        const int kept[KEPT] = {-1, -1, -1, inherited->channel, inherited->tap, inherited->memory, inherited->qmp, inherited->files, pair[1],
                                log[1], lock, run->alive, run->base, run->fd};
        descriptors_set(kept);
        keeper_run(plan, places, arguments, &kept[CHANNEL], run);
    }
    close(pair[1]);
    close(log[1]);
    vmm->keeper_fd = pair[0];
    vmm->log = log[0];
    vmm->executed = now_ns();
    fcntl(vmm->log, F_SETFL, fcntl(vmm->log, F_GETFL) | O_NONBLOCK);
    ssize_t n = vmm->keeper < 0 ? -1 : recv(vmm->keeper_fd, &vmm->pid, sizeof vmm->pid, 0);
    for (size_t i = 0; arguments[i]; i++)
        free(arguments[i]);
    free(arguments);
    if (n != (ssize_t)sizeof vmm->pid) {
        snprintf(error, size, "the VMM's process can't be made%s%s", vmm->keeper < 0 ? ": " : "", vmm->keeper < 0 ? strerror(errno) : "");
        return false;
    }
    vmm->pidfd = (int)syscall(SYS_pidfd_open, vmm->pid, 0U);
    return true;
}

/* Through the keeper, which is its parent; should the keeper be gone, through the descriptor of the process. */
void vmm_kill(const struct vmm *vmm)
{
    if (vmm->keeper_fd >= 0 && send(vmm->keeper_fd, "k", 1, MSG_NOSIGNAL) == 1)
        return;
    if (vmm->pidfd >= 0)
        syscall(SYS_pidfd_send_signal, vmm->pidfd, SIGKILL, NULL, 0U);
    else if (vmm->pid > 0)
        kill(vmm->pid, SIGKILL);
}
