/*
 * shutdown.c - the end of the machine: everything is stopped, the disk is clean, then BYE, then a restart, which ends the VMM
 * (lkvm has no ACPI, so "power off" would hang there).
 *
 * After BYE the host may kill the VMM at once, since nothing is left to lose.
 */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLED_MS = 3000 };

void machine_restart(void)
{
    reboot(RB_AUTOBOOT);
    for (;;)
        pause();
}

/* PID 1 inherits every process in the end, so there are none left when it has no children. */
static bool all_gone(uint32_t within_ms)
{
    uint64_t until = uptime_ns() + within_ms * 1000000ULL;
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return true;
        if (pid > 0)
            continue;
        if (uptime_ns() >= until)
            return false;
        struct timespec pause = {.tv_nsec = 2000000};
        nanosleep(&pause, NULL);
    }
}

static bool is_kernels(pid_t process)
{
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    if (read_text(path, text, sizeof text) <= 0)
        return true; /* it is gone */
    const char *end = strrchr(text, ')');
    int parent = 0;
    char state = 'Z';
    return !end || sscanf(end + 1, " %c %d", &state, &parent) != 2 || parent == 2 || process == 2 || state == 'Z';
}

/* The signal (0: none) to all but the carrier of the shared folders' bytes; whether there are any. */
static bool others_signal(pid_t carrier, int number)
{
    bool some = false;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        uint64_t process;
        if (!nf_number(entry->d_name, INT32_MAX, &process) || process == 1 || (pid_t)process == carrier || is_kernels((pid_t)process))
            continue;
        some = true;
        if (number)
            kill((pid_t)process, number);
    }
    if (processes)
        closedir(processes);
    return some;
}

static bool others_gone(pid_t carrier, int number, uint32_t within_ms)
{
    uint64_t until = uptime_ns() + within_ms * 1000000ULL;
    for (;;) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        if (!others_signal(carrier, number))
            return true;
        if (uptime_ns() >= until)
            return false;
        struct timespec pause = {.tv_nsec = 2000000};
        nanosleep(&pause, NULL);
    }
}

/* What was mapped of shared folders is written as its process ends: the carrier goes last. */
static void folders_end(pid_t carrier, uint32_t grace_ms)
{
    if (others_gone(carrier, 0, 0))
        return;
    if (grace_ms > 0) {
        kill(-1, SIGTERM);
        kill(-1, SIGHUP);
        kill(-1, SIGCONT);
        if (others_gone(carrier, 0, grace_ms))
            return;
    }
    others_gone(carrier, SIGKILL, KILLED_MS);
}

static void processes_end(pid_t carrier, uint32_t grace_ms)
{
    if (carrier > 0) {
        folders_end(carrier, grace_ms);
        grace_ms = 0;
    }
    if (all_gone(0))
        return;
    if (grace_ms > 0) {
        kill(-1, SIGTERM);
        kill(-1, SIGHUP);
        kill(-1, SIGCONT);
        if (all_gone(grace_ms))
            return;
    }
    kill(-1, SIGKILL);
    all_gone(KILLED_MS);
}

static void disk_end(struct agent *agent)
{
    char path[64];
    if (agent->disk < 0 || !agent->on_disk)
        return;
    syncfs(agent->disk);
    /* By descriptor: the new root lies over the mount point. Read-only leaves it as clean as unmounted, and the overlays above,
     * in which nobody is left to write, need not be unmounted for it, which takes longer than all the rest. */
    snprintf(path, sizeof path, "/proc/self/fd/%d", agent->disk);
    if (mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0) {
        write_file("/proc/sysrq-trigger", "u");
        sync();
    }
}

void machine_end(struct agent *agent, uint32_t grace_ms)
{
    signal(SIGCHLD, SIG_DFL);
    processes_end(agent->carrier, grace_ms);
    disk_end(agent);
    nf_put(&agent->out, NF_BYE, 0, NULL, 0);
    channel_end(agent);
    machine_restart();
}
