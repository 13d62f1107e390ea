/*
 * stdio.c - what the caller's three standard streams are, and descriptors that can be used without ever blocking.
 *
 * O_NONBLOCK must not be set on the caller's own descriptors: it belongs to the open file, which the caller's shell and the rest
 * of a pipeline share. So pipes and terminals are opened a second time through /proc/self/fd. Where that is refused (the
 * terminal of another user, after su), the original is used in small pieces and only when poll says it is ready.
 */
#include "nofear.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PIECE = 4096, KCMP_OPEN_FILE = 0 };

static int again(int fd, int flags)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

bool standard_same(int a, int b)
{
    long compared = syscall(SYS_kcmp, getpid(), getpid(), KCMP_OPEN_FILE, (unsigned long)a, (unsigned long)b);
    if (compared >= 0)
        return compared == 0;
    /* Without kcmp: the same file with the same flags; of ordinary files the same place in it as well. */
    struct stat first, second;
    if (fstat(a, &first) < 0 || fstat(b, &second) < 0 || first.st_dev != second.st_dev || first.st_ino != second.st_ino ||
        fcntl(a, F_GETFL) != fcntl(b, F_GETFL))
        return false;
    return !S_ISREG(first.st_mode) || (fcntl(a, F_GETFL) & O_APPEND) || lseek(a, 0, SEEK_CUR) == lseek(b, 0, SEEK_CUR);
}

static void stream_open(struct standard *standard, int i)
{
    struct stat status;
    standard->fd[i] = i;
    if (fstat(i, &status) < 0)
        return;
    if (S_ISFIFO(status.st_mode)) {
        int fd = again(i, i == 0 ? O_RDONLY : O_WRONLY);
        if (fd >= 0)
            standard->fd[i] = fd;
        else
            standard->chunk[i] = PIECE;
    } else if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
        standard->chunk[i] = PIECE;
    }
    if (i == 0)
        standard->seekable = S_ISREG(status.st_mode) && lseek(0, 0, SEEK_CUR) >= 0;
}

void standard_open(struct standard *standard)
{
    memset(standard, 0, sizeof *standard);
    standard->tty = -1;
    for (int i = 0; i < 3; i++)
        standard->closed[i] = fcntl(i, F_GETFD) < 0;
    for (int i = 0; i < 3; i++)
        if (standard->closed[i] && open("/dev/null", i == 0 ? O_WRONLY : O_RDWR) < 0)
            _exit(EXIT_NOFEAR);
    standard->same = !standard->closed[1] && !standard->closed[2] && standard_same(1, 2);
    for (int i = 0; i < 3; i++) {
        standard->terminal[i] = !standard->closed[i] && isatty(i);
        if (!standard->closed[i] && !standard->terminal[i])
            stream_open(standard, i);
        if (standard->terminal[i] && standard->tty < 0) {
            standard->tty = again(i, O_RDWR);
            if (standard->tty < 0) {
                standard->tty = fcntl(i, F_DUPFD_CLOEXEC, 3);
                standard->tty_chunk = PIECE;
            }
        }
    }
}
