/*
 * readers.c - does a process of a session wait for input from its terminal, or from a pipe that the caller handed over?
 *
 * /proc/PID/task/TID/syscall names the system call that a thread sleeps in, and its arguments: a read of a descriptor that is
 * the file, or a poll, select or epoll_wait that has such a descriptor in its set. It is looked at only for lazy sessions
 * (terminal.c) and pipes (more.c), a few times a second and until the first hit. What is missed (a 32-bit program, io_uring)
 * gets no input from the terminal; so it is for programs that were started with something else as their input or output.
 */
#include "agent.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct task {
    pid_t process;
    const char *file; /* as /proc has it */
};

static bool is_file(const struct task *task, uint64_t fd)
{
    char path[64], target[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%llu", (int)task->process, (unsigned long long)fd);
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0)
        return false;
    target[n] = 0;
    return strcmp(target, task->file) == 0 || (task->file[0] == '/' && strcmp(target, "/dev/tty") == 0);
}

static bool copy_out(const struct task *task, uint64_t address, void *to, size_t n)
{
    struct iovec local = {to, n}, remote = {(void *)(uintptr_t)address, n}; /* NOLINT: the other process's address */
    return process_vm_readv(task->process, &local, 1, &remote, 1, 0) == (ssize_t)n;
}

static bool in_poll(const struct task *task, uint64_t address, uint64_t count)
{
    struct pollfd set[64];
    if (count == 0 || count > 64 || !copy_out(task, address, set, (size_t)count * sizeof set[0]))
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (set[i].fd >= 0 && (set[i].events & POLLIN) && is_file(task, (uint64_t)set[i].fd))
            return true;
    return false;
}

static bool in_select(const struct task *task, uint64_t count, uint64_t address)
{
    fd_set set;
    FD_ZERO(&set);
    if (count > FD_SETSIZE || address == 0 || !copy_out(task, address, &set, (size_t)(count + 63) / 64 * 8))
        return false;
    for (uint64_t fd = 0; fd < count; fd++)
        if (FD_ISSET((int)fd, &set) && is_file(task, fd))
            return true;
    return false;
}

static bool in_epoll(const struct task *task, uint64_t epoll)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%llu", (int)task->process, (unsigned long long)epoll);
    if (read_text(path, text, sizeof text) <= 0)
        return false;
    for (char *at = text; (at = strstr(at, "tfd:")); at += 4) {
        unsigned long long fd, events;
        if (sscanf(at, "tfd: %llu events: %llx", &fd, &events) == 2 && (events & POLLIN) && is_file(task, fd))
            return true;
    }
    return false;
}

static bool waits(const struct task *task, const char *thread)
{
    char path[64], text[256];
    unsigned long long number, a, b;
    snprintf(path, sizeof path, "/proc/%d/task/%.16s/syscall", (int)task->process, thread);
    if (read_text(path, text, sizeof text) <= 0 || sscanf(text, "%llu %llx %llx", &number, &a, &b) != 3)
        return false;
    switch (number) {
    case SYS_read:
    case SYS_readv:
        return is_file(task, a);
#ifdef SYS_poll
    case SYS_poll:
#endif
    case SYS_ppoll:
        return in_poll(task, a, b);
#ifdef SYS_select
    case SYS_select:
#endif
    case SYS_pselect6:
        return in_select(task, a, b);
#ifdef SYS_epoll_wait
    case SYS_epoll_wait:
#endif
    case SYS_epoll_pwait:
        return in_epoll(task, a);
    default:
        return false;
    }
}

/* Field 6 of /proc/PID/stat: the session. */
static pid_t session_of(const char *process)
{
    char path[64], text[512];
    int session = -1;
    snprintf(path, sizeof path, "/proc/%.16s/stat", process);
    if (read_text(path, text, sizeof text) <= 0)
        return -1;
    char *after = strrchr(text, ')');
    return after && sscanf(after + 1, " %*c %*d %*d %d", &session) == 1 ? session : -1;
}

bool session_visit(pid_t leader, bool (*visit)(pid_t process, const void *argument), const void *argument)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;
    bool found = false;
    while (processes && !found && (entry = readdir(processes)))
        if (isdigit((unsigned char)entry->d_name[0]) && session_of(entry->d_name) == leader)
            found = visit((pid_t)atoi(entry->d_name), argument);
    if (processes)
        closedir(processes);
    return found;
}

static bool reads(pid_t process, const void *file)
{
    struct task task = {process, file};
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)process);
    DIR *threads = opendir(path);
    struct dirent *entry;
    bool found = false;
    while (threads && !found && (entry = readdir(threads)))
        found = entry->d_name[0] != '.' && waits(&task, entry->d_name);
    if (threads)
        closedir(threads);
    return found;
}

bool readers_exist(pid_t leader, const char *file)
{
    return session_visit(leader, reads, file);
}
