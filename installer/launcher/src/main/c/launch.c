/*
 * launch.c - a connection to the monitor of the profile's VM, which is started when there is none.
 *
 * Two locks in the profile make it free of races without anybody polling:
 *   gate  held by a front-end from before it looks for a monitor until it is connected, or until the monitor that it started
 *         listens; and by a monitor while it closes its socket for good. So whoever has the gate sees either a socket that will
 *         be answered or none.
 *   lock  held by the monitor (and the keeper of its VMM) as long as the disk may be in use. A new monitor waits for it with
 *         the gate in hand: that is while an old VM ends. Its content says where the monitor's socket is.
 *         Its third line tells which VM that is: one of other options that has nothing to do is asked to make way.
 * Both are flocks, gone with their processes however these end.
 */
#include "nofear.h"

#include "caller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GATE_SECONDS = 120, YIELD_MS = 5000 };

static void on_alarm(int number)
{
    (void)number;
}

static void gate_take(int gate, const char *profile)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART: the lock gives up */
    sigaction(SIGALRM, &action, NULL);
    alarm(GATE_SECONDS);
    int result = flock(gate, LOCK_EX);
    int error = errno;
    alarm(0);
    signal(SIGALRM, SIG_DFL);
    if (result < 0)
        die("the profile %s stays busy: %s", profile, error == EINTR ? "another start or end of it hangs" : strerror(error));
}

/* Whether a VM of other options goes, for it only lingers. Else what it says waits to be read. */
static bool yields(int monitor)
{
    struct nf_buffer pairs, out;
    struct pollfd answer = {.fd = monitor, .events = POLLIN};
    char byte;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_buffer_init(&out, NF_PAYLOAD_MAX);
    nf_pair_add(&pairs, "version", NF_VERSION);
    nf_pair_add(&pairs, "yield", "1");
    nf_put(&out, NF_HELLO, 0, pairs.data, nf_buffer_size(&pairs));
    ssize_t sent = send(monitor, out.data, nf_buffer_size(&out), MSG_NOSIGNAL);
    nf_buffer_free(&pairs);
    nf_buffer_free(&out);
    return sent < 0 || (poll(&answer, 1, YIELD_MS) == 1 && recv(monitor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) <= 0);
}

/* The lock file's second line is the run directory of the VM that has the lock. */
static int join(int profile, const struct plan *plan)
{
    char text[PATH_MAX + 32], error[256];
    int lock = safe_file(profile, "lock", O_RDONLY, "", error, sizeof error);
    ssize_t n = lock < 0 ? -1 : read(lock, text, sizeof text - 1);
    if (lock >= 0)
        close(lock);
    if (n <= 0)
        return -1;
    text[n] = 0;
    char *path = strchr(text, '\n');
    if (!path)
        return -1;
    path++;
    char *end = strchr(path, '\n'), machine[24];
    if (!end)
        return -1;
    *end = 0;
    int monitor = rundir_connect(path);
    snprintf(machine, sizeof machine, "%016llx\n", (unsigned long long)plan_machine(plan));
    if (monitor < 0 || strcmp(end + 1, machine) == 0 || !yields(monitor))
        return monitor;
    close(monitor);
    return -1;
}

static int start(const struct plan *plan, int profile, int gate, uint64_t began)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        die("no socket can be made: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        setsid();
        pid_t monitor = fork();
        if (monitor == 0)
            monitor_run(plan, ends[1], profile, gate, began);
        _exit(monitor < 0 ? errno : 0);
    }
    int status = 0, error = child < 0 ? errno : 0;
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (error == 0 && WIFEXITED(status))
        error = WEXITSTATUS(status);
    if (error != 0)
        die("no process can be made: %s%s", strerror(error), limits_hint());
    close(ends[1]);
    return ends[0];
}

static void parents_make(const char *path)
{
    char part[PATH_MAX];
    for (size_t i = 1; path[i] && i < sizeof part; i++)
        if (path[i] == '/') {
            memcpy(part, path, i);
            part[i] = 0;
            mkdir(part, 0700);
        }
}

int launch(const struct plan *plan, uint64_t began)
{
    char error[512];
    if (plan_is(plan, "temporary", "1"))
        return start(plan, -1, -1, began);
    const char *path = plan_need(plan, "profile.dir"), *name = plan_need(plan, "profile");
    if (path[0] != '/')
        die("the profile's directory %s is not an absolute path", path);
    parents_make(path);
    int profile = safe_directory(AT_FDCWD, path, true, "the profile", error, sizeof error);
    int gate = profile < 0 ? -1 : safe_file(profile, "gate", O_RDWR | O_CREAT, "the profile's", error, sizeof error);
    if (gate < 0)
        die("%s", error);
    gate_take(gate, name);
    int monitor = join(profile, plan);
    if (monitor < 0)
        monitor = start(plan, profile, gate, began);
    close(gate);
    close(profile);
    return monitor;
}
