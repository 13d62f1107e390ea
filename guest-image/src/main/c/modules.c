/*
 * modules.c - a stock kernel's drivers: the files in /modules of the initramfs, loaded in the order of their names. The image's maker
 * has sorted them by dependency and unpacked them; what the kernel has built in already (EEXIST) or what it does not need is
 * no error here, since the mount or the channel that needs a missing one says so.
 */
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

void modules_load(void)
{
    struct dirent **names;
    int n = scandir("/modules", &names, visible, by_name);
    for (int i = 0; i < n; i++) {
        char path[320];
        snprintf(path, sizeof path, "/modules/%s", names[i]->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            syscall(SYS_finit_module, fd, "", 0);
            close(fd);
        }
        unlink(path); /* the initramfs is memory */
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}
