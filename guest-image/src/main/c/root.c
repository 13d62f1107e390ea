/*
 * root.c - the parts of the new root that are not the host's: /home, /root and /srv of the profile, /dev, /proc, /sys, /run,
 * /tmp (temporary.c), the links of a merged /usr (BOOT's pairs link.path, link.target). Then the new root takes the old one's
 * place.
 *
 * It is moved over "/", not only entered by chroot: a process in a chroot may not make user namespaces, which browsers and
 * sandboxes need.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(struct agent *agent, const char *name, mode_t mode)
{
    char from[64], at[64];
    snprintf(from, sizeof from, DISK "/%s", name);
    snprintf(at, sizeof at, NEW_ROOT "/%s", name);
    mkdir(from, mode);
    mkdir(at, 0755);
    if (mount(from, at, NULL, MS_BIND, NULL) < 0)
        agent_fail(agent, "/%s of the profile can't be mounted: %s", name, strerror(errno));
}

static void links(struct nf_pairs boot)
{
    const char *key, *value, *path = "";
    while (nf_pairs_next(&boot, &key, &value)) {
        if (strcmp(key, "link.path") == 0) {
            path = value;
        } else if (strcmp(key, "link.target") == 0 && path[0] == '/') {
            char at[4200];
            if (snprintf(at, sizeof at, NEW_ROOT "%s", path) >= (int)sizeof at)
                continue;
            char *slash = strrchr(at, '/');
            *slash = 0;
            make_directories(at, 0755);
            *slash = '/';
            if (symlink(value, at) < 0)
                continue; /* it is there already */
        }
    }
}

static void devices(void)
{
    mkdir(NEW_ROOT "/dev", 0755);
    mount("devtmpfs", NEW_ROOT "/dev", "devtmpfs", MS_NOSUID, "mode=755");
    mkdir(NEW_ROOT "/dev/pts", 0755);
    mkdir(NEW_ROOT "/dev/shm", 01777);
    mkdir(NEW_ROOT "/dev/mqueue", 01777);
    mount("devpts", NEW_ROOT "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
    mount("shm", NEW_ROOT "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
    mount("mqueue", NEW_ROOT "/dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    static const char *const names[][2] = {
        {"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char at[64];
        snprintf(at, sizeof at, NEW_ROOT "/dev/%s", names[i][1]);
        if (symlink(names[i][0], at) < 0)
            continue;
    }
    /* The modes that udev would give them. */
    chmod(NEW_ROOT "/dev/fuse", 0666);
    chmod(NEW_ROOT "/dev/net/tun", 0666);
}

static void volatile_parts(struct agent *agent)
{
    char at[128];
    mkdir(NEW_ROOT "/run", 0755);
    mount("run", NEW_ROOT "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
    temporary_mount(agent);
    mkdir(NEW_ROOT "/run/nofear", 0755);
    mkdir(NEW_ROOT "/run/lock", 01777);
    chmod(NEW_ROOT "/run/lock", 01777);
    mkdir(NEW_ROOT "/run/user", 0755);
    snprintf(at, sizeof at, NEW_ROOT "/run/user/%u", (unsigned)agent->user.uid);
    if (mkdir(at, 0700) == 0 && chown(at, agent->user.uid, agent->user.gid) < 0)
        rmdir(at);
    mkdir(NEW_ROOT "/proc", 0555);
    mkdir(NEW_ROOT "/sys", 0555);
    mount("proc", NEW_ROOT "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount("sysfs", NEW_ROOT "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mount("cgroup2", NEW_ROOT "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    mkdir(NEW_ROOT "/mnt", 0755);
    mkdir(NEW_ROOT "/media", 0755);
}

static void home(const struct agent *agent)
{
    char at[512];
    snprintf(at, sizeof at, NEW_ROOT "%s", agent->user.home);
    if (access(at, F_OK) == 0)
        return;
    char *slash = strrchr(at, '/');
    *slash = 0;
    make_directories(at, 0755);
    *slash = '/';
    if (mkdir(at, 0700) < 0)
        return;
    copy_tree(NEW_ROOT "/etc/skel", at, agent->user.uid, agent->user.gid, 8);
    if (chown(at, agent->user.uid, agent->user.gid) < 0)
        chmod(at, 0755);
}

void root_finish(struct agent *agent, struct nf_pairs boot)
{
    mkdir(NEW_ROOT "/etc", 0755);
    mkdir(NEW_ROOT "/var", 0755);
    keep(agent, "home", 0755);
    keep(agent, "root", 0700);
    keep(agent, "srv", 0755);
    devices();
    volatile_parts(agent);
    mounts_show_overlays(agent, boot);
    links(boot);
    mounts_show_changes(boot);
    home(agent);
    mounts_show_folders(agent, boot);
    if (chdir(NEW_ROOT) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        agent_fail(agent, "the guest's root can't be entered: %s", strerror(errno));
}
