/*
 * files.c - small file operations of the agent.
 */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -1;
    ssize_t n = write(fd, text, strlen(text));
    close(fd);
    return n == (ssize_t)strlen(text) ? 0 : -1;
}

ssize_t read_text(const char *path, char *text, size_t size)
{
    size_t length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = -1;
    while (fd >= 0 && (n = read(fd, text + length, size - 1 - length)) > 0)
        length += (size_t)n;
    if (fd >= 0)
        close(fd);
    text[length] = 0;
    return n < 0 ? -1 : (ssize_t)length;
}

void make_directories(const char *path, mode_t mode)
{
    char part[4096];
    size_t length = strlen(path);
    if (length >= sizeof part)
        return;
    for (size_t i = 1; i <= length; i++)
        if (path[i] == '/' || path[i] == 0) {
            memcpy(part, path, i);
            part[i] = 0;
            mkdir(part, mode);
        }
}

static int copy_file(const char *from, const char *to, const struct stat *status, uid_t uid, gid_t gid)
{
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status->st_mode & 0777);
    char bytes[8192];
    ssize_t n = 0;
    while (out >= 0 && (n = read(in, bytes, sizeof bytes)) > 0)
        if (write(out, bytes, (size_t)n) != n)
            n = -1;
    int result = out < 0 || n < 0 || fchown(out, uid, gid) < 0 ? -1 : 0;
    if (out >= 0)
        close(out);
    if (in >= 0)
        close(in);
    return result;
}

/* Regular files, directories and links, all given to one user; for /etc/skel. What can't be copied is left out. */
int copy_tree(const char *from, const char *to, uid_t uid, gid_t gid, int depth)
{
    DIR *directory = depth > 0 ? opendir(from) : NULL;
    if (!directory)
        return -1;
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        char source[1024], target[1024], link[1024];
        struct stat status;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (snprintf(source, sizeof source, "%s/%s", from, entry->d_name) >= (int)sizeof source ||
            snprintf(target, sizeof target, "%s/%s", to, entry->d_name) >= (int)sizeof target || lstat(source, &status) < 0)
            continue;
        if (S_ISDIR(status.st_mode)) {
            if (mkdir(target, status.st_mode & 0777) == 0 && lchown(target, uid, gid) == 0)
                copy_tree(source, target, uid, gid, depth - 1);
        } else if (S_ISREG(status.st_mode)) {
            copy_file(source, target, &status, uid, gid);
        } else if (S_ISLNK(status.st_mode)) {
            ssize_t n = readlink(source, link, sizeof link - 1);
            if (n > 0) {
                link[n] = 0;
                if (symlink(link, target) < 0 || lchown(target, uid, gid) < 0)
                    continue;
            }
        }
    }
    closedir(directory);
    return 0;
}
