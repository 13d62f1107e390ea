/*
 * terminfo.c - what the caller's terminal can do, where only the caller's own files say so: kitty, ghostty and foot bring entries of
 * their own. That one compiled entry goes to the guest, and nothing else of the home; what /usr has is there anyway.
 */
#include "nofear.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* term(5): the largest entry, and how one begins: 16-bit or 32-bit numbers. */
enum { ENTRY_MAX = 32768, ENTRY_16 = 0432, ENTRY_32 = 01036 };

static bool name_is_plain(const char *name)
{
    return name[0] && name[0] != '.' && strlen(name) <= 64 && !strchr(name, '/');
}

static bool from(struct nf_buffer *request, const char *directory, const char *format, int first, const char *name)
{
    char path[PATH_MAX], part[8];
    unsigned char entry[ENTRY_MAX + 1];
    struct stat status;
    snprintf(part, sizeof part, format, first);
    if (directory[0] != '/' || snprintf(path, sizeof path, "%s/%s/%s", directory, part, name) >= (int)sizeof path)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    ssize_t n = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) ? read(fd, entry, sizeof entry) : -1;
    close(fd);
    int magic = n < 12 || n > ENTRY_MAX ? 0 : entry[0] | entry[1] << 8;
    if (magic != ENTRY_16 && magic != ENTRY_32)
        return false;
    char *text = need(malloc(2 * (size_t)n + 1));
    for (ssize_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", entry[i]);
    nf_pair_add(request, "terminfo.name", name);
    nf_pair_add(request, "terminfo.entry", text);
    free(text);
    return true;
}

/* Linux has directories named by the first letter, others by its number. */
static bool look(struct nf_buffer *request, const char *directory, const char *name)
{
    return from(request, directory, "%c", name[0], name) || from(request, directory, "%02x", (unsigned char)name[0], name);
}

void terminfo_describe(struct nf_buffer *request)
{
    const char *name = getenv("TERM"), *directory = getenv("TERMINFO"), *home = getenv("HOME"), *list = getenv("TERMINFO_DIRS");
    char path[PATH_MAX];
    if (!name || !name_is_plain(name) || (directory && look(request, directory, name)))
        return;
    if (home && snprintf(path, sizeof path, "%s/.terminfo", home) < (int)sizeof path && look(request, path, name))
        return;
    while (list && *list) {
        size_t length = strcspn(list, ":");
        if (length < sizeof path) {
            snprintf(path, sizeof path, "%.*s", (int)length, list);
            if (look(request, path, name))
                return;
        }
        list += length + (list[length] == ':');
    }
}
