/*
 * leader.c - the process between the agent and a command: the leader of the session, as a shell would be.
 *
 * The agent can't be it (PID 1 is in one session only), and the command must not be: a process group whose parent is in another
 * session is "orphaned" and the kernel drops SIGTSTP for it, so Ctrl-Z would do nothing. The leader gives the command a process
 * group of its own, in the foreground of the terminal, and tells the agent how it fares. It stays until the agent has read the
 * last byte from the terminal, because the end of a session leader hangs the terminal up and throws away what is in it.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* MORE: the first of the command's other descriptors. HIGH: above all numbers that these are to have. */
enum { CONTROL = 3, TERMINAL = 4, MORE = 5, HIGH = NF_MORE_HIGHEST + 1 };

static void tell(const struct leader_message *message)
{
    if (send(CONTROL, message, sizeof *message, MSG_NOSIGNAL) < 0)
        _exit(1);
}

static void tell_event(enum leader_event event, uint32_t value)
{
    struct leader_message message = {.event = event, .value = value, .uptime = uptime_ns()};
    tell(&message);
}

static void close_from(int first)
{
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0U) < 0)
        for (int fd = first; fd < 65536; fd++)
            close(fd);
}

static int high(int fd)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, HIGH);
    if (copy < 0)
        _exit(1);
    return copy;
}

/* 0, 1, 2 the command's, 3 control, 4 terminal, from 5 on the command's others; nothing else: a copy of another session's pipe
 * would keep it from ending. */
static void descriptors_set(const struct command_streams *streams)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC), from[MORE + NF_MORE], n = MORE + streams->mores;
    for (int i = 0; i < 3; i++)
        from[i] = streams->fd[i];
    from[CONTROL] = streams->control;
    from[TERMINAL] = streams->terminal;
    for (int i = MORE; i < n; i++)
        from[i] = streams->more[i - MORE].fd;
    for (int i = 0; i < n; i++)
        from[i] = high(from[i] < 0 ? null : from[i]);
    for (int i = 0; i < n; i++)
        dup3(from[i], i, i < 3 ? 0 : O_CLOEXEC);
    close_from(n);
}

/* The command's others get their numbers; what is this process's own moves out of their way, and ends with exec. */
static int others_set(const struct command_streams *streams, int *report)
{
    int control = high(CONTROL), more[NF_MORE];
    *report = high(*report);
    for (int i = 0; i < streams->mores; i++)
        more[i] = high(MORE + i);
    for (int fd = CONTROL; fd < HIGH; fd++)
        close(fd);
    for (int i = 0; i < streams->mores; i++)
        dup2(more[i], streams->more[i].number);
    return control;
}

static void command_start(const struct agent *agent, struct nf_pairs request, const struct command_streams *streams, int report)
{
    struct leader_message message = {.event = LEADER_FAILED, .value = 125};
    struct sigaction normal = {.sa_handler = SIG_DFL};
    setpgid(0, 0);
    if (streams->terminal >= 0)
        tcsetpgrp(TERMINAL, getpid()); /* SIGTTOU is ignored as yet */
    for (int number = 1; number < NSIG; number++)
        sigaction(number, &normal, NULL);
    for (int i = 0; i < 3; i++)
        if (streams->fd[i] < 0)
            close(i);
    int control = streams->mores > 0 ? others_set(streams, &report) : CONTROL;
    command_run(agent, request, control, &message);
    if (write(report, &message, sizeof message) < 0)
        _exit(125);
    _exit((int)message.value);
}

/* The command's parent may learn of its start in one way only: the close-on-exec pipe closed without a word. */
static bool started(int report, pid_t command)
{
    struct leader_message message;
    ssize_t n = 0;
    size_t have = 0;
    while (have < sizeof message && (n = read(report, (char *)&message + have, sizeof message - have)) != 0) {
        if (n > 0)
            have += (size_t)n;
        else if (errno != EINTR)
            break;
    }
    close(report);
    if (have == sizeof message) {
        tell(&message);
        return false;
    }
    tell_event(LEADER_STARTED, (uint32_t)command);
    return true;
}

static void watch(pid_t command)
{
    for (;;) {
        int status;
        pid_t pid = waitpid(command, &status, WUNTRACED);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0)
            _exit(1);
        if (WIFSTOPPED(status)) {
            tell_event(LEADER_STOPPED, (uint32_t)WSTOPSIG(status));
            continue;
        }
        close(TERMINAL);
        if (WIFSIGNALED(status))
            tell_event(LEADER_KILLED, (uint32_t)WTERMSIG(status));
        else
            tell_event(LEADER_EXITED, (uint32_t)WEXITSTATUS(status));
        return;
    }
}

void leader_run(const struct agent *agent, struct nf_pairs request, const struct command_streams *streams)
{
    static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
    int report[2];
    char end;
    setsid();
    signal(SIGCHLD, SIG_DFL);
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    descriptors_set(streams);
    if (streams->terminal >= 0)
        ioctl(TERMINAL, TIOCSCTTY, 0);
    if (pipe2(report, O_CLOEXEC) < 0)
        _exit(1);
    pid_t command = fork();
    if (command < 0) {
        struct leader_message message = {.event = LEADER_FAILED, .value = 125, .text = "no process can be made in the VM"};
        tell(&message);
        _exit(1);
    }
    if (command == 0) {
        close(report[0]);
        command_start(agent, request, streams, report[1]);
    }
    close(report[1]);
    for (int i = 0; i < MORE + streams->mores; i++)
        if (i != CONTROL && i != TERMINAL)
            close(i); /* the command's alone: else its pipes would never end */
    if (started(report[0], command))
        watch(command);
    while (read(CONTROL, &end, 1) < 0 && errno == EINTR)
        continue;
    _exit(0);
}
