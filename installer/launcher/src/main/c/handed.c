/*
 * handed.c - the caller's descriptors beyond the three: which of them are the command's, and their bytes.
 *
 * On the host a command has all that its caller left open, meant or not. Meant are here
 *     3 to 9, the numbers that a shell's redirections can have;
 *     others, if the command's words name them: /dev/fd/63, as a process substitution does, --fd=12, or 12.
 * What else is open is an accident (of terminals, of CI runners), and stays here without a word, as do sockets that no word names:
 * they may lead to the caller's session. One that is meant and can't be relayed gets a line.
 *
 * Read is the caller's only when somebody in the VM does so, but for what is named by its path: see more.c of the agent.
 */
#include "handed.h"

#include "nofear.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { LAST_MEANT = 9, PIECE = 4096, MEMORY_DEVICES = 1 };

/* How the command's words name a descriptor. */
enum name { UNNAMED, BY_NUMBER, BY_PATH };

static enum name name_of(int fd, char **words)
{
    char number[12], paths[2][32];
    enum name name = UNNAMED;
    snprintf(number, sizeof number, "%d", fd);
    snprintf(paths[0], sizeof paths[0], "/dev/fd/%d", fd);
    snprintf(paths[1], sizeof paths[1], "/proc/self/fd/%d", fd);
    for (; *words; words++) {
        for (int i = 0; i < 2; i++)
            for (const char *at = *words; (at = strstr(at, paths[i])); at++)
                if (!isdigit((unsigned char)at[strlen(paths[i])]))
                    return BY_PATH;
        const char *equals = strrchr(*words, '=');
        if (strcmp(equals ? equals + 1 : *words, number) == 0)
            name = BY_NUMBER;
    }
    return name;
}

/* What it is where it can't be relayed, else NULL. */
static const char *obstacle(int fd, const struct stat *status, enum name name)
{
    int type = 0, flags = fcntl(fd, F_GETFL), listens = 0;
    socklen_t size = sizeof type;
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    if (flags & O_PATH)
        return "opened as a place alone";
    switch (status->st_mode & S_IFMT) {
    case S_IFIFO:
    case S_IFREG:
        return NULL;
    case S_IFCHR:
        return isatty(fd) || major(status->st_rdev) == MEMORY_DEVICES ? NULL : "a device";
    case S_IFSOCK:
        if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_STREAM)
            return "a socket of packets";
        size = sizeof listens;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) < 0 || listens ||
            getpeername(fd, (struct sockaddr *)&peer, &length) < 0)
            return "a socket without a peer";
        return name == UNNAMED ? "a socket that no word of the command names" : NULL;
    case S_IFDIR:
        return "a directory";
    default:
        return "neither a pipe, nor a file, nor a socket";
    }
}

/* As the three: a pipe is opened a second time, for it must not block, and that is a matter of the open file. */
static int opened(int fd, const struct stat *status, int access, size_t *chunk)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = S_ISFIFO(status->st_mode) ? open(path, access | O_NONBLOCK | O_CLOEXEC) : -1;
    *chunk = again < 0 && !S_ISREG(status->st_mode) ? PIECE : 0;
    return again < 0 ? fd : again;
}

static void relay(struct all_handed *all, int fd, const struct stat *status, enum name name, char letters[8])
{
    struct handed *one = &all->one[all->count++];
    int access = fcntl(fd, F_GETFL) & O_ACCMODE;
    size_t chunk, n = 0;
    int use = opened(fd, status, access, &chunk);
    one->number = fd;
    nf_source_init(&one->in, access == O_WRONLY ? -1 : use);
    one->in.credit = 0; /* until the agent asks */
    nf_sink_init(&one->out, access == O_RDONLY ? -1 : use, chunk);
    one->seekable = S_ISREG(status->st_mode) && one->in.open;
    if (one->in.open)
        letters[n++] = 'r';
    if (one->out.open)
        letters[n++] = 'w';
    if (one->seekable)
        letters[n++] = 's';
    if (one->in.open && name != BY_PATH)
        letters[n++] = 'l';
    letters[n] = 0;
}

static void look(struct all_handed *all, const struct standard *standard, int fd, char **words)
{
    struct stat status;
    enum name name = name_of(fd, words);
    char letters[8] = "t";
    if ((fd > LAST_MEANT && name == UNNAMED) || fstat(fd, &status) < 0)
        return;
    const char *what = obstacle(fd, &status, name);
    if (!what && (fd > NF_MORE_HIGHEST || all->told == NF_MORE))
        what = "one too many";
    if (what) {
        if (fd <= LAST_MEANT || name == BY_PATH)
            say("descriptor %d is %s: the command does not get it", fd, what);
        return;
    }
    int same = -1;
    for (int i = 2; i >= 0; i--)
        if (!standard->closed[i] && standard_same(i, fd))
            same = i;
    if (same >= 0)
        snprintf(letters, sizeof letters, "%d", same);
    else if (!isatty(fd) || standard->tty < 0)
        relay(all, fd, &status, name, letters);
    snprintf(all->words[all->told++], sizeof all->words[0], "%d:%s", fd, letters);
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

void handed_find(struct all_handed *all, const struct standard *standard, char **words)
{
    int found[256];
    size_t n = 0;
    memset(all, 0, sizeof *all);
    DIR *descriptors = opendir("/proc/self/fd");
    struct dirent *entry;
    while (descriptors && n < sizeof found / sizeof found[0] && (entry = readdir(descriptors))) {
        int fd = atoi(entry->d_name), flags = fcntl(fd, F_GETFD);
        if (fd <= STDERR_FILENO || flags < 0 || (flags & FD_CLOEXEC))
            continue; /* no number; or ours */
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        found[n++] = fd;
    }
    if (descriptors)
        closedir(descriptors);
    qsort(found, n, sizeof found[0], by_number);
    for (size_t i = 0; i < n; i++)
        look(all, standard, found[i], words);
}

void handed_describe(const struct all_handed *all, struct nf_buffer *request)
{
    for (size_t i = 0; i < all->told; i++)
        nf_pair_add(request, "more", all->words[i]);
}

void handed_polls(const struct all_handed *all, struct pollfd polls[HANDED_POLLS], bool calm)
{
    for (size_t i = 0; i < NF_MORE; i++) {
        const struct handed *one = &all->one[i];
        polls[2 * i] = polls[2 * i + 1] = (struct pollfd){.fd = -1};
        if (i >= all->count)
            continue;
        if (one->in.open && one->in.credit > 0 && calm)
            polls[2 * i] = (struct pollfd){.fd = one->in.fd, .events = POLLIN};
        if (one->out.open)
            polls[2 * i + 1] = (struct pollfd){.fd = one->out.fd, .events = nf_sink_waiting(&one->out) ? POLLOUT : 0};
    }
}

/* When nobody in the VM has it any more, nobody has it here: whoever is at its other end shall know. */
static void let_go(struct handed *one)
{
    int fds[] = {one->number, one->in.fd, one->out.fd};
    if (one->in.open || one->out.open) {
        if (!one->out.open)
            shutdown(one->number, SHUT_WR); /* a socket is still read */
        return;
    }
    for (int i = 0; i < 3; i++)
        if (fds[i] >= 0 && (i == 0 || fds[i] != one->number) && (i < 2 || fds[2] != fds[1]))
            close(fds[i]);
    one->number = one->in.fd = one->out.fd = -1;
    nf_buffer_free(&one->out.pending);
}

static void out_turn(struct handed *one, unsigned slot, struct nf_buffer *out, bool gone)
{
    if (gone || nf_sink_write(&one->out) < 0) {
        one->out.open = false;
        nf_put_u32(out, NF_CLOSED, 0, NF_MORE_OUT + slot);
        let_go(one);
        return;
    }
    nf_sink_credit(&one->out, out, 0, (enum nf_stream)(NF_MORE_OUT + slot));
    if (one->out.open && one->out.ending && !nf_sink_waiting(&one->out)) {
        one->out.open = false;
        let_go(one);
    }
}

void handed_turn(struct all_handed *all, struct nf_buffer *out, const struct pollfd polls[HANDED_POLLS])
{
    for (unsigned i = 0; i < all->count; i++) {
        struct handed *one = &all->one[i];
        short ready = polls[2 * i + 1].revents;
        if (polls[2 * i].revents && one->in.open) {
            ssize_t n = nf_source_read(&one->in, out, 0, (enum nf_stream)(NF_MORE_IN + i), NF_CHUNK);
            if (n > 0) {
                one->read += (uint64_t)n;
            } else if (n == 0 || errno != EAGAIN) {
                nf_put(out, NF_EOF + NF_MORE_IN + i, 0, NULL, 0);
                one->in.open = one->seekable; /* of a file the end is where what is unused goes back from */
                one->in.credit = 0;
            }
        }
        if (one->out.open && (ready || one->out.ending))
            out_turn(one, i, out, (ready & POLLERR) && !nf_sink_waiting(&one->out));
    }
}

bool handed_take(struct all_handed *all, const struct nf_frame *frame, struct nf_buffer *out)
{
    bool content = frame->type >= NF_DATA, end = frame->type >= NF_EOF;
    unsigned stream = content ? frame->type - (end ? NF_EOF + 0U : NF_DATA + 0U) : nf_u32(frame, 0);
    bool to_guest = nf_to_guest(stream);
    unsigned slot = stream - (to_guest ? NF_MORE_IN : NF_MORE_OUT);
    if (stream < NF_MORE_IN || slot >= all->count || content == to_guest)
        return false;
    struct handed *one = &all->one[slot];
    if (end) {
        one->out.ending = true;
    } else if (content) {
        if (nf_sink_take(&one->out, frame->payload, frame->length) < 0)
            return false;
    } else if (frame->type == NF_WINDOW_ADD) {
        return !one->in.open || nf_source_credit(&one->in, nf_u32(frame, 4)) == 0;
    } else if (frame->type == NF_CLOSED) {
        one->in.credit = 0;
        if (!one->seekable) {
            one->in.open = false;
            let_go(one);
        }
        return true;
    } else if (frame->type == NF_USED) {
        uint64_t used = nf_u64(frame, 4);
        if (one->seekable && used <= one->read)
            lseek(one->number, -(off_t)(one->read - used), SEEK_CUR);
        one->seekable = false; /* once */
        return true;
    }
    if (one->out.open)
        out_turn(one, slot, out, false);
    return true;
}

void handed_end(struct all_handed *all, bool others)
{
    for (size_t i = 0; i < all->count; i++) {
        struct handed *one = &all->one[i];
        one->in.open = false;
        if (!others)
            one->out.ending = true;
        if (!one->out.open)
            let_go(one);
    }
}

bool handed_waiting(const struct all_handed *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (nf_sink_waiting(&all->one[i].out))
            return true;
    return false;
}
