/*
 * cache.c - the fast path: a launch plan that Java made before, used again without a JVM.
 *
 * NOFEAR_HOME/.plans/NAME.plan, each for a list of words: `run` and options. It counts when these are the first words of this call,
 * what follows can only be the command, and every file that the plan was made from is as it was then (stamps: size, time of
 * change, inode). Otherwise Java plans anew: correctness never depends on this file's being there.
 */
#include "nofear.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* "mtime_sec.nsec size inode path" of the path itself, links not followed; of a file that was missing "- - - path". */
static bool stamp_holds(const char *stamp)
{
    char expected[128];
    const char *path = stamp;
    for (int i = 0; i < 3 && path; i++)
        path = (path = strchr(path, ' ')) ? path + 1 : NULL;
    struct stat status;
    if (!path)
        return false;
    if (lstat(path, &status) < 0)
        return (errno == ENOENT || errno == ENOTDIR) && strncmp(stamp, "- - - ", 6) == 0;
    int n = snprintf(expected, sizeof expected, "%lld.%09ld %lld %llu ", (long long)status.st_mtim.tv_sec,
                     status.st_mtim.tv_nsec, (long long)status.st_size, (unsigned long long)status.st_ino);
    return n > 0 && path - stamp == n && memcmp(stamp, expected, (size_t)n) == 0;
}

/* The index of the command when the plan is for these words, or 0. */
static int matches(const struct plan *plan, int argc, char **argv)
{
    struct nf_pairs at = plan->pairs;
    const char *word, *last = "";
    int index = 1; /* the first word is "run" */
    for (; (word = plan_next(&at, "option")); index++, last = word)
        if (index >= argc || strcmp(argv[index], word) != 0)
            return 0;
    if (index < argc && argv[index][0] == '-' && strcmp(last, "--") != 0)
        return 0; /* more options than the plan knows */
    return index >= 2 && plan_number(plan, "command.index", 0, 1U << 20) == (uint64_t)index ? index : 0;
}

/* The host's directories are directories still; words like "-f ." mean what they meant; and the list of the folders that guests may
 * write to is still there. */
static bool folders_hold(const struct plan *plan)
{
    struct nf_pairs at = plan->pairs;
    struct stat status;
    for (const char *path; (path = plan_next(&at, "directory"));)
        if (lstat(path, &status) < 0 || !S_ISDIR(status.st_mode))
            return false;
    const char *here = plan_get(plan, "option.directory"), *writable = plan_get(plan, "option.writable");
    char directory[4096];
    return (!here || (getcwd(directory, sizeof directory) && strcmp(directory, here) == 0)) &&
           (!writable || lstat(writable, &status) == 0);
}

static bool fresh(const struct plan *plan)
{
    struct nf_pairs at = plan->pairs;
    for (const char *stamp; (stamp = plan_next(&at, "stamp"));)
        if (!stamp_holds(stamp))
            return false;
    return folders_hold(plan);
}

static int plans_open(void)
{
    char path[4096], error[256];
    const char *home = getenv("NOFEAR_HOME"), *user = getenv("HOME");
    int n = home && *home ? snprintf(path, sizeof path, "%s/.plans", home)
            : user        ? snprintf(path, sizeof path, "%s/.lkvm/.plans", user)
                          : -1;
    return n < 0 || n >= (int)sizeof path ? -1 : safe_directory(AT_FDCWD, path, false, "", error, sizeof error);
}

bool cache_find(struct plan *plan, int argc, char **argv, int *command)
{
    /* What overrides the machine for one call is not in any cached plan. */
    if (getenv("NOFEAR_VMM") || getenv("NOFEAR_BOOT_DEADLINE") || getenv("NOFEAR_NO_CACHE"))
        return false;
    int fd = plans_open();
    DIR *plans = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    *command = 0;
    while (plans && (entry = readdir(plans))) {
        size_t length = strlen(entry->d_name);
        char error[256];
        if (length < 5 || strcmp(entry->d_name + length - 5, ".plan") != 0)
            continue;
        int file = safe_file(fd, entry->d_name, O_RDONLY, "", error, sizeof error);
        if (file < 0)
            continue;
        struct plan candidate;
        int index = 0;
        if (plan_read(&candidate, file)) {
            index = matches(&candidate, argc, argv);
            if (index > *command && fresh(&candidate)) {
                if (*command)
                    plan_free(plan);
                *plan = candidate;
                *command = index;
            } else {
                plan_free(&candidate);
            }
        }
        close(file);
    }
    if (plans)
        closedir(plans);
    return *command > 0;
}
