/*
 * settings.c - see settings.h. The file is found by way of the program itself, never by way of the caller; and since somebody may have
 * made a hard link to the program beside a file of his own, it counts only if it is root's and nobody else can write to it.
 */
#include "settings.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static FILE *open_beside(void)
{
    char path[4096], *slash;
    struct stat status;
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);
    if (n <= 0)
        return NULL;
    path[n] = 0;
    if (!(slash = strrchr(path, '/')))
        return NULL;
    strcpy(slash, "/launch.conf");
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    FILE *file = NULL;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0)
        file = fdopen(fd, "r");
    if (!file)
        close(fd);
    return file;
}

/* The value of "key = value"; a later line wins. */
static bool value_take(const char *line, const char *key, char *value, size_t size)
{
    size_t length = strlen(key);
    if (strncmp(line, key, length) != 0 || strncmp(line + length, " = ", 3) != 0)
        return true;
    return snprintf(value, size, "%s", line + length + 3) < (int)size;
}

bool settings_read(struct settings *settings, const char **why)
{
    char line[4096], firewall[32] = "nft";
    *settings = (struct settings){.network = "", .subnet = ""};
    FILE *file = open_beside();
    *why = "launch.conf, beside this program, is missing or not root's alone: run nofear-setup install";
    if (!file)
        return false;
    bool ok = true;
    while (ok && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        ok = value_take(line, "network", settings->network, sizeof settings->network) &&
             value_take(line, "subnet", settings->subnet, sizeof settings->subnet) &&
             value_take(line, "firewall", firewall, sizeof firewall);
    }
    fclose(file);
    settings->nft = strcmp(firewall, "iptables") != 0;
    *why = "launch.conf, beside this program, can't be understood: run nofear-setup install";
    return ok && (!settings->nft || strcmp(firewall, "nft") == 0);
}
