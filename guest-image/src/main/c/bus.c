/*
 * bus.c - the guest user's D-Bus, as dbus-user-session has it: a socket in the runtime directory, and a daemon that starts when
 * somebody connects. Programs that do not ask for it cost nothing but the socket.
 *
 * One for the VM's user, not for a command: a second program of a profile shall find the first, as it would on the host. The daemon
 * gets the socket as systemd would hand it over. It keeps no VM, nor does what it starts (left.c). Where it can't start, the socket
 * goes, and programs find no bus.
 */
#include "agent.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAEMON "/usr/bin/dbus-daemon"
enum { LISTEN_FD = 3, BACKLOG = 64 }; /* sd_listen_fds(3) */

static void socket_path(const struct agent *agent, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(address->sun_path, sizeof address->sun_path, "/run/user/%u/bus", (unsigned)agent->user.uid);
}

/* The directory is the guest user's, who may have put anything there: nothing is followed. */
void bus_open(struct agent *agent)
{
    struct sockaddr_un address;
    if (agent->bus.listener >= 0 || agent->bus.broken || access(DAEMON, X_OK) < 0)
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    socket_path(agent, &address);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0 &&
        lchown(address.sun_path, agent->user.uid, agent->user.gid) == 0) {
        agent->bus.listener = fd;
        return;
    }
    agent->bus.broken = true;
    if (fd >= 0)
        close(fd);
}

bool bus_address(const struct agent *agent, char *text, size_t size)
{
    struct sockaddr_un address;
    socket_path(agent, &address);
    snprintf(text, size, "unix:path=%s", address.sun_path);
    return agent->bus.listener >= 0;
}

/* What the daemon starts for others gets its environment, as well. */
static void environment_set(const struct agent *agent)
{
    char bus[192], pid[16];
    bus_address(agent, bus, sizeof bus);
    snprintf(pid, sizeof pid, "%d", (int)getpid());
    service_environment(agent);
    setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_PID", pid, 1);
}

static void daemon_exec(const struct agent *agent)
{
    sigset_t none;
    setsid();
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(022);
    write_file("/proc/self/oom_score_adj", "0"); /* the agent's is not its */
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), listener = fcntl(agent->bus.listener, F_DUPFD_CLOEXEC, 16);
    for (int fd = 0; fd < 3; fd++)
        dup2(null, fd);
    dup2(listener, LISTEN_FD);
    syscall(SYS_close_range, LISTEN_FD + 1U, ~0U, 0U); /* the rest closes with exec */
    if (!command_user(agent, false) || chdir(agent->user.home) < 0)
        _exit(127);
    environment_set(agent);
    execl(DAEMON, DAEMON, "--session", "--address=systemd:", "--nofork", "--nopidfile", (char *)NULL);
    _exit(127);
}

void bus_start(struct agent *agent)
{
    pid_t process = fork();
    if (process == 0)
        daemon_exec(agent);
    if (process > 0)
        agent->bus.process = process;
}

void bus_reap(struct agent *agent, pid_t process, int status)
{
    struct sockaddr_un address;
    if (process != agent->bus.process)
        return;
    agent->bus.process = 0;
    agent->bus.broken = WIFEXITED(status) && WEXITSTATUS(status) != 0;
    left_session(agent, process, true); /* what it started */
    /* Who asks next is to be told at once that there is none, not to wait. The next command has another. */
    socket_path(agent, &address);
    unlink(address.sun_path);
    close(agent->bus.listener);
    agent->bus.listener = -1;
}
