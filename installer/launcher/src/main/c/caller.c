/*
 * caller.c - the caller's umask, limits and home.
 */
#include "nofear.h"

#include "caller.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 65536 };

static mode_t mask = 022;
static struct rlimit limits[RLIM_NLIMITS];
static bool known[RLIM_NLIMITS];

static void limits_take(void)
{
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        known[resource] = getrlimit((unsigned)resource, &limits[resource]) == 0;
    struct rlimit files = limits[RLIMIT_NOFILE];
    rlim_t most = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
    if (!known[RLIMIT_NOFILE] || files.rlim_cur >= most)
        return;
    files.rlim_cur = most;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* The home of the process's user as /etc/passwd has it. The static libc's own look-up would want its plug-ins. */
static void home_find(void)
{
    FILE *file = fopen("/etc/passwd", "re");
    char *line = NULL;
    size_t size = 0;
    while (file && getline(&line, &size, file) > 0) {
        char *rest = line, *field[6];
        uint64_t uid;
        for (int i = 0; i < 6; i++)
            field[i] = strsep(&rest, ":");
        if (!field[5] || field[5][0] != '/' || !nf_number(field[2], UINT32_MAX, &uid) || uid != getuid())
            continue;
        field[5][strcspn(field[5], "\n")] = 0;
        setenv("HOME", field[5], 1);
        break;
    }
    free(line);
    if (file)
        fclose(file);
}

void caller_take(void)
{
    const char *home = getenv("HOME");
    mask = umask(077);
    limits_take();
    if (!home || home[0] != '/')
        home_find();
}

mode_t caller_umask(void)
{
    return mask;
}

bool caller_limit(unsigned resource, struct rlimit *limit)
{
    *limit = limits[resource];
    return known[resource];
}
