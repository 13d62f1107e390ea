/*
 * terminfo.c - the entry of the caller's terminal, where the host's /usr has none: it goes to ~/.terminfo, where all programs look.
 *
 * EXEC's pairs: terminfo.name, terminfo.entry (hexadecimal, compiled as term(5) says). Done as the command's user, who may as well
 * do it by hand; without it programs only take the terminal for a simpler one, so nothing here is an error.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ENTRY_MAX = 32768 };

static bool is_there(const char *path, const unsigned char *entry, size_t length)
{
    unsigned char found[ENTRY_MAX + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, found, sizeof found);
    if (fd >= 0)
        close(fd);
    return n == (ssize_t)length && memcmp(found, entry, length) == 0;
}

/* Under another name first: who reads it at the same time gets all or nothing. */
static void put(const char *path, const unsigned char *entry, size_t length)
{
    char fresh[600];
    snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid());
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    bool ok = write(fd, entry, length) == (ssize_t)length;
    close(fd);
    if (!ok || rename(fresh, path) < 0)
        unlink(fresh);
}

void terminfo_take(struct nf_pairs request)
{
    const char *name = nf_pairs_get(request, "terminfo.name"), *hex = nf_pairs_get(request, "terminfo.entry");
    const char *home = getenv("HOME");
    unsigned char entry[ENTRY_MAX];
    char path[512];
    if (!name || !hex || !home || name[0] == '.' || strchr(name, '/') ||
        snprintf(path, sizeof path, "%s/.terminfo", home) >= (int)sizeof path)
        return;
    size_t length = hex_bytes(hex, entry, sizeof entry), end = strlen(path);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return;
    snprintf(path + end, sizeof path - end, "/%c", name[0]);
    mkdir(path, 0755);
    end = strlen(path);
    if (snprintf(path + end, sizeof path - end, "/%s", name) >= (int)(sizeof path - end) || is_there(path, entry, length))
        return;
    signal(SIGXFSZ, SIG_IGN); /* the command's limit of file sizes is set already */
    put(path, entry, length);
    signal(SIGXFSZ, SIG_DFL);
}
