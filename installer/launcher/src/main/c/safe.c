/*
 * safe.c - directories and files that must be the caller's own.
 *
 * A profile in a directory that somebody else can write, or a disk that is a link to somebody else's file, would let that
 * somebody choose what the caller's VM writes to. So nothing is followed, the owner is checked on the open descriptor, and
 * names are looked up from there.
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int checked(int fd, const char *path, const char *what, bool directory, char *error, size_t size)
{
    struct stat status;
    const char *wrong = NULL;
    if (fstat(fd, &status) < 0)
        wrong = strerror(errno);
    else if (directory ? !S_ISDIR(status.st_mode) : !S_ISREG(status.st_mode))
        wrong = directory ? "not a directory" : "not a regular file";
    else if (status.st_uid != geteuid())
        wrong = "another user's";
    else if (status.st_mode & (S_IWGRP | S_IWOTH))
        wrong = "writable by other users (chmod go-w)";
    if (!wrong)
        return fd;
    snprintf(error, size, "%s %s is %s", what, path, wrong);
    close(fd);
    return -1;
}

int safe_directory(int at, const char *path, bool make, const char *what, char *error, size_t size)
{
    if (make && mkdirat(at, path, 0700) < 0 && errno != EEXIST) {
        snprintf(error, size, "%s %s can't be made: %s", what, path, strerror(errno));
        return -1;
    }
    int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        snprintf(error, size, "%s %s can't be used: %s", what, path,
                 errno == ELOOP || errno == ENOTDIR ? "it is a link or not a directory" : strerror(errno));
        return -1;
    }
    return checked(fd, path, what, true, error, size);
}

int safe_file(int at, const char *name, int flags, const char *what, char *error, size_t size)
{
    int fd = openat(at, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd < 0) {
        snprintf(error, size, "%s %s can't be used: %s", what, name,
                 errno == ELOOP ? "it is a link" : errno == ENXIO ? "it is not a regular file" : strerror(errno));
        return -1;
    }
    return checked(fd, name, what, false, error, size);
}
