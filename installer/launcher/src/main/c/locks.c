/*
 * locks.c - the guest's locks are locks of the host, so that both sides see each other's.
 *
 * Each owner in the guest has an open file of its own here, whose locks (F_OFD_SETLK) are apart from all others'; flock's are the
 * guest's open file's. What has to wait is tried again and again by one thread, soon when a lock of the guest's own went: no
 * request of a guest's makes a thread, and one that is interrupted simply is not tried any more.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#endif
enum { SOON_NS = 2000000, LONGEST_NS = 50000000 };

struct waiter {
    struct fuse_in_header head;
    struct fuse_lk_in in;
    bool interrupted;
    struct waiter *next;
};

static struct lock **find(struct node *node, uint64_t owner)
{
    struct lock **at = &node->locks;
    while (*at && (*at)->owner != owner)
        at = &(*at)->next;
    return at;
}

/* The owner's open file, as good as it can be had. */
static struct lock *lock_of(struct files *files, struct handle *handle, int path, const struct fuse_lk_in *in)
{
    char self[40];
    bool writable = files->shares->share[handle->node->share].writable;
    pthread_mutex_lock(&files->lock);
    struct lock *lock = *find(handle->node, in->owner);
    pthread_mutex_unlock(&files->lock);
    if (lock)
        return lock;
    self_path(self, path);
    int fd = writable ? open_yielding(files, AT_FDCWD, self, O_RDWR, 0) : -1;
    if (fd < 0)
        fd = open_yielding(files, AT_FDCWD, self, O_RDONLY, 0);
    if (fd < 0 && writable)
        fd = open_yielding(files, AT_FDCWD, self, O_WRONLY, 0);
    if (fd < 0 || !(lock = calloc(1, sizeof *lock))) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    *lock = (struct lock){.owner = in->owner, .handle = handle->id, .pid = in->lk.pid, .fd = fd};
    pthread_mutex_lock(&files->lock);
    struct lock **at = find(handle->node, in->owner);
    if (*at) { /* another thread was first */
        close(fd);
        free(lock);
        lock = *at;
    } else {
        *at = lock;
    }
    pthread_mutex_unlock(&files->lock);
    return lock;
}

static bool described(const struct fuse_lk_in *in, struct flock *lock)
{
    if (in->lk.start > INT64_MAX || in->lk.end < in->lk.start || (in->lk.type != F_RDLCK && in->lk.type != F_WRLCK && in->lk.type != F_UNLCK)) {
        errno = EINVAL;
        return false;
    }
    bool end = in->lk.end >= INT64_MAX;
    *lock = (struct flock){.l_type = (short)in->lk.type, .l_whence = SEEK_SET, .l_start = (off_t)in->lk.start,
                           .l_len = end ? 0 : (off_t)(in->lk.end - in->lk.start + 1)};
    return true;
}

static int flocked(struct handle *handle, const struct fuse_lk_in *in)
{
    int how = in->lk.type == F_RDLCK ? LOCK_SH : in->lk.type == F_WRLCK ? LOCK_EX : LOCK_UN;
    return flock(handle->fd, how | LOCK_NB) < 0 ? -errno : 0;
}

/* 0, or an error number below 0; -EAGAIN: another has it. */
static int attempt(struct files *files, uint32_t opcode, const struct fuse_lk_in *in, struct fuse_lk_out *out)
{
    struct handle *handle = handle_get(files, in->fh);
    struct flock wanted;
    int path, result = 0;
    if (!handle)
        return -errno;
    struct node *node = NULL;
    struct lock *lock = NULL;
    if (in->lk_flags & FUSE_LK_FLOCK)
        result = opcode == FUSE_GETLK ? -EINVAL : flocked(handle, in);
    else if (!S_ISREG(handle->node->type) || !described(in, &wanted))
        result = -EINVAL;
    else if (!(node = node_get(files, handle->node->id, &path)) || !(lock = lock_of(files, handle, path, in)))
        result = -errno;
    else if (fcntl(lock->fd, opcode == FUSE_GETLK ? F_OFD_GETLK : F_OFD_SETLK, &wanted) < 0)
        result = errno == EACCES ? -EAGAIN : -errno;
    if (result == 0 && out && lock) {
        out->lk.type = (uint32_t)wanted.l_type;
        out->lk.start = (uint64_t)wanted.l_start;
        out->lk.end = wanted.l_len ? (uint64_t)(wanted.l_start + wanted.l_len - 1) : INT64_MAX;
        pthread_mutex_lock(&files->lock);
        for (struct lock *other = node->locks; other && wanted.l_type != F_UNLCK; other = other->next)
            if (other != lock)
                out->lk.pid = other->pid; /* one of the guest's own: the host's are nobody there */
        pthread_mutex_unlock(&files->lock);
    }
    if (node)
        node_put(files, node);
    handle_put(files, handle);
    return result;
}

static void wake(struct files *files)
{
    pthread_mutex_lock(&files->lock);
    if (files->waiting)
        pthread_cond_signal(&files->waits);
    pthread_mutex_unlock(&files->lock);
}

int op_lock(struct files *files, struct request *request)
{
    const struct fuse_lk_in *in = request_body(request, sizeof *in);
    struct fuse_lk_out out = {0};
    if (!in)
        return -errno;
    bool asks = request->head.opcode == FUSE_GETLK;
    int result = attempt(files, request->head.opcode, in, asks ? &out : NULL);
    if (in->lk.type == F_UNLCK)
        wake(files);
    if (result < 0 || !asks)
        return result;
    memcpy(request->out, &out, sizeof out);
    return sizeof out;
}

int locks_wait(struct files *files, const struct request *request)
{
    struct waiter *waiter = request->size >= sizeof waiter->in ? calloc(1, sizeof *waiter) : NULL;
    if (!waiter)
        return -EINVAL;
    waiter->head = request->head;
    memcpy(&waiter->in, request->body, sizeof waiter->in);
    pthread_mutex_lock(&files->lock);
    bool room = files->waiting < FILES_WAITING;
    if (room) {
        files->waiting++;
        *files->last = waiter;
        files->last = &waiter->next;
        pthread_cond_signal(&files->waits);
    }
    pthread_mutex_unlock(&files->lock);
    if (room)
        return NO_REPLY;
    free(waiter);
    return -ENOLCK;
}

void locks_interrupt(struct files *files, uint64_t unique)
{
    pthread_mutex_lock(&files->lock);
    for (struct waiter *waiter = files->first; waiter; waiter = waiter->next)
        if (waiter->head.unique == unique) {
            waiter->interrupted = true;
            pthread_cond_signal(&files->waits);
        }
    pthread_mutex_unlock(&files->lock);
}

/* The thread alone takes waiters out, so that one stays where it is while it is tried without the lock. */
static bool round_made(struct files *files)
{
    bool some = false;
    for (struct waiter **at = &files->first; *at;) {
        struct waiter *waiter = *at;
        bool interrupted = waiter->interrupted;
        pthread_mutex_unlock(&files->lock);
        int result = interrupted ? -EINTR : attempt(files, FUSE_SETLK, &waiter->in, NULL);
        bool done = interrupted || result != -EAGAIN;
        if (done)
            files_reply(files, waiter->head.unique, result, NULL);
        pthread_mutex_lock(&files->lock);
        if (!done) {
            at = &waiter->next;
            continue;
        }
        *at = waiter->next;
        if (files->last == &waiter->next)
            files->last = at;
        files->waiting--;
        free(waiter);
        some = true;
    }
    return some;
}

static void *locks_run(void *argument)
{
    struct files *files = argument;
    long pause = SOON_NS;
    pthread_mutex_lock(&files->lock);
    while (!files->unlocked) {
        struct timespec until;
        if (!files->first) {
            pthread_cond_wait(&files->waits, &files->lock);
            pause = SOON_NS;
            continue;
        }
        if (round_made(files))
            pause = SOON_NS;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += pause;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (files->first && pthread_cond_timedwait(&files->waits, &files->lock, &until) == 0)
            pause = SOON_NS;
        else if (pause < LONGEST_NS)
            pause *= 2;
    }
    pthread_mutex_unlock(&files->lock);
    return NULL;
}

static pthread_t thread;

bool locks_begin(struct files *files)
{
    files->last = &files->first;
    return pthread_create(&thread, NULL, locks_run, files) == 0;
}

void locks_end(struct files *files)
{
    pthread_mutex_lock(&files->lock);
    files->unlocked = true;
    pthread_cond_signal(&files->waits);
    pthread_mutex_unlock(&files->lock);
    pthread_join(thread, NULL);
    while (files->first) {
        struct waiter *waiter = files->first;
        files->first = waiter->next;
        free(waiter);
    }
}

void locks_drop(struct files *files, struct node *node, uint64_t owner, uint64_t handle)
{
    struct lock *dropped = NULL;
    pthread_mutex_lock(&files->lock);
    for (struct lock **at = &node->locks; *at;) {
        struct lock *lock = *at;
        if (owner ? lock->owner != owner : lock->handle != handle) {
            at = &lock->next;
            continue;
        }
        *at = lock->next;
        lock->next = dropped;
        dropped = lock;
    }
    pthread_mutex_unlock(&files->lock);
    if (!dropped)
        return;
    while (dropped) {
        struct lock *lock = dropped;
        dropped = lock->next;
        close(lock->fd);
        free(lock);
    }
    wake(files);
}
