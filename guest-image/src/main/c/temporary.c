/*
 * temporary.c - /tmp: on the profile's disk, where more fits than into memory, and empty at each start. Without a disk: memory.
 *
 * What the last start left is moved out of sight, which takes no time, and deleted beside all else by a process of little weight.
 * If the machine ends before it is done, the next start goes on.
 */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define OLD "old-tmp" /* of the disk */

static bool is_self(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A name of OLD's that nothing there has. */
static void name_new(char name[32])
{
    static unsigned long number;
    snprintf(name, 32, "%d-%llu-%lu", (int)getpid(), (unsigned long long)uptime_ns(), number++);
}

/* All of one directory of OLD's; what is a directory and not empty moves up into OLD, so that no depth is too deep. False when
 * something of it can't be deleted. */
static bool directory_clear(int old, const char *name)
{
    int fd = openat(old, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    bool ok = directory != NULL;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char moved[32];
        name_new(moved);
        if (!is_self(entry->d_name) && unlinkat(fd, entry->d_name, 0) < 0 && unlinkat(fd, entry->d_name, AT_REMOVEDIR) < 0 &&
            renameat(fd, entry->d_name, old, moved) < 0)
            ok = false;
    }
    if (directory)
        closedir(directory);
    else if (fd >= 0)
        close(fd);
    return unlinkat(old, name, AT_REMOVEDIR) == 0 && ok;
}

/* Again as long as there is something that can be deleted. */
static void old_clear(int disk)
{
    bool progress = true;
    while (progress) {
        int fd = openat(disk, OLD, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        DIR *old = fd < 0 ? NULL : fdopendir(fd);
        progress = false;
        for (struct dirent *entry; old && (entry = readdir(old));)
            if (!is_self(entry->d_name) && (unlinkat(fd, entry->d_name, 0) == 0 || directory_clear(fd, entry->d_name)))
                progress = true;
        if (old)
            closedir(old);
    }
    unlinkat(disk, OLD, AT_REMOVEDIR);
}

static void old_clear_beside(const struct agent *agent)
{
    if (fork() != 0)
        return;
    signal(SIGCHLD, SIG_DFL);
    setpriority(PRIO_PROCESS, 0, 19);
    write_file("/proc/self/oom_score_adj", "0");
    close(agent->channel);
    old_clear(agent->disk);
    _exit(0);
}

/* An empty one is made anew as well: whatever was done to it is over. */
static void disk_part(struct agent *agent)
{
    char name[64];
    if (unlinkat(agent->disk, "tmp", AT_REMOVEDIR) < 0 && errno != ENOENT) {
        char moved[32];
        name_new(moved);
        snprintf(name, sizeof name, OLD "/%s", moved);
        mkdirat(agent->disk, OLD, 0700);
        if (renameat(agent->disk, "tmp", agent->disk, name) < 0)
            agent_fail(agent, "the /tmp of the VM's last start can't be cleared: %s", strerror(errno));
    }
    if (mkdirat(agent->disk, "tmp", 01777) < 0)
        agent_fail(agent, "no /tmp can be made on the profile's disk: %s", strerror(errno));
    if (faccessat(agent->disk, OLD, F_OK, 0) == 0)
        old_clear_beside(agent);
}

void temporary_mount(struct agent *agent)
{
    mkdir(NEW_ROOT "/tmp", 01777);
    if (!agent->on_disk) {
        mount("tmp", NEW_ROOT "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
        return;
    }
    disk_part(agent);
    if (mount(DISK "/tmp", NEW_ROOT "/tmp", NULL, MS_BIND, NULL) < 0 ||
        mount(NULL, NEW_ROOT "/tmp", NULL, MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOATIME, NULL) < 0)
        agent_fail(agent, "/tmp of the profile can't be mounted: %s", strerror(errno));
}
