/*
 * server.c - the process of the file server: a child of the monitor, that holds the shares and one end of a socket, and nothing else
 * of the caller's; and how its messages come and go.
 *
 * Some threads do the same in turn: one reads a whole request while the others work, then works at that. So a slow disk keeps one
 * of them, and a request that is quick costs no switch of threads. What can't be written at once waits in a queue, which the
 * reader empties; while it is long, nothing is read. The process ends with the channel, or when the guest breaks the protocol.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { THREADS = 6, QUEUE = 64 << 20, LONG_QUEUE = 4 << 20, BROKEN = 3, UNCONFINED = 4 };

void files_reply(struct files *files, uint64_t unique, int result, const void *body)
{
    struct fuse_out_header head = {.len = (uint32_t)(sizeof head + (result > 0 ? (size_t)result : 0)), .error = result < 0 ? result : 0, .unique = unique};
    pthread_mutex_lock(&files->writing);
    bool ok = nf_buffer_room(&files->out, head.len) != NULL;
    if (ok) {
        nf_buffer_add(&files->out, &head, sizeof head);
        if (result > 0)
            nf_buffer_add(&files->out, body, (size_t)result);
        link_flush(&files->link, &files->out, SIZE_MAX); /* an error of the channel is the reader's to see */
        ok = nf_buffer_size(&files->out) == 0 && !files->link.packets;
    }
    pthread_mutex_unlock(&files->writing);
    uint64_t one = 1;
    if (!ok && write(files->wake, &one, sizeof one) < 0)
        return; /* it is awake */
}

/* 1: a whole request; 0: not yet; -1: none that could be. */
static int request_take(struct files *files, struct request *request, unsigned char *body)
{
    size_t size = nf_buffer_size(&files->in);
    const unsigned char *at = files->in.data + files->in.start;
    if (size < sizeof request->head)
        return 0;
    memcpy(&request->head, at, sizeof request->head);
    if (request->head.len < sizeof request->head || request->head.len > FILES_MESSAGE)
        return -1;
    if (size < request->head.len)
        return 0;
    request->size = request->head.len - sizeof request->head;
    memcpy(body, at + sizeof request->head, request->size);
    request->body = body;
    nf_buffer_drop(&files->in, request->head.len);
    return 1;
}

/* Until the channel has something for us, or we for it. */
static bool wait_turn(struct files *files)
{
    pthread_mutex_lock(&files->writing);
    link_flush(&files->link, &files->out, SIZE_MAX);
    bool calm = nf_buffer_size(&files->out) < LONG_QUEUE;
    uint64_t due = link_deadline(&files->link), now = now_ns(), count;
    short events = link_events(&files->link, &files->out);
    pthread_mutex_unlock(&files->writing);
    struct pollfd polls[] = {{.fd = files->link.fd, .events = (short)(calm || files->link.packets ? events : events & ~POLLIN)},
                             {.fd = files->wake, .events = POLLIN}};
    int timeout = !due ? -1 : due <= now ? 0 : (int)((due - now) / 1000000U) + 1;
    if (poll(polls, 2, timeout) < 0 && errno != EINTR)
        return false;
    if (polls[1].revents && read(files->wake, &count, sizeof count) < 0 && errno != EAGAIN)
        return false;
    if (!(polls[0].revents & ~POLLOUT))
        return true;
    pthread_mutex_lock(&files->writing);
    ssize_t n = link_fill(&files->link, &files->in, 1 << 18);
    int error = errno;
    pthread_mutex_unlock(&files->writing);
    return n > 0 || (n < 0 && (error == EAGAIN || error == EINTR));
}

static bool congested(struct files *files)
{
    pthread_mutex_lock(&files->writing);
    bool is = nf_buffer_size(&files->out) >= LONG_QUEUE;
    pthread_mutex_unlock(&files->writing);
    return is;
}

static int request_next(struct files *files, struct request *request, unsigned char *body)
{
    int result = 0;
    pthread_mutex_lock(&files->reading);
    while (!files->over && (congested(files) || (result = request_take(files, request, body)) == 0))
        if (!wait_turn(files))
            files->over = true;
    if (result < 0 || files->over) {
        files->over = true;
        uint64_t one = 1;
        if (write(files->wake, &one, sizeof one) < 0)
            result = -1;
    }
    /* In the order in which they came: what is interrupted must be known. */
    if (result > 0 && request->head.opcode == FUSE_INTERRUPT && request->size >= sizeof(struct fuse_interrupt_in)) {
        uint64_t unique;
        memcpy(&unique, body, sizeof unique);
        locks_interrupt(files, unique);
    } else if (result > 0 && request->head.opcode == FUSE_SETLKW) {
        int error = locks_wait(files, request);
        if (error != NO_REPLY)
            files_reply(files, request->head.unique, error, NULL);
    }
    pthread_mutex_unlock(&files->reading);
    return result;
}

struct worker {
    struct files *files;
    bool broken;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct files *files = worker->files;
    unsigned char *body = need(malloc(FILES_MESSAGE)), *out = need(malloc(FILES_MESSAGE));
    struct request request = {.own_umask = unshare(CLONE_FS) == 0, .out = out};
    int result;
    while ((result = request_next(files, &request, body)) > 0) {
        uint32_t opcode = request.head.opcode;
        if (opcode == FUSE_INTERRUPT || opcode == FUSE_SETLKW)
            continue;
        result = files_answer(files, &request);
        if (result != NO_REPLY)
            files_reply(files, request.head.unique, result, out);
    }
    worker->broken = result < 0;
    free(body);
    free(out);
    return NULL;
}

int files_serve(struct files *files, const struct shares *shares, const struct link *link, unsigned threads)
{
    pthread_t thread[THREADS];
    struct worker workers[THREADS + 1];
    bool broken = false;
    files->shares = shares;
    files->link = *link;
    files->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    files->next_handle = 1;
    nf_buffer_init(&files->in, QUEUE);
    nf_buffer_init(&files->out, QUEUE);
    pthread_mutex_init(&files->reading, NULL);
    pthread_mutex_init(&files->writing, NULL);
    pthread_mutex_init(&files->lock, NULL);
    pthread_cond_init(&files->waits, NULL);
    nodes_begin(files);
    if (!locks_begin(files))
        return BROKEN;
    unsigned started = 0;
    threads = threads > THREADS ? THREADS : threads;
    for (unsigned i = 0; i <= threads; i++)
        workers[i] = (struct worker){files, false};
    while (started < threads && pthread_create(&thread[started], NULL, work, &workers[started + 1]) == 0)
        started++;
    work(&workers[0]);
    for (unsigned i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    for (unsigned i = 0; i <= started; i++)
        broken |= workers[i].broken;
    locks_end(files);
    handles_end(files);
    nodes_end(files);
    nf_buffer_free(&files->in);
    nf_buffer_free(&files->out);
    close(files->wake);
    return broken ? BROKEN : 0;
}

/* Nothing but the shares and the channel stays open. */
static void others_close(const struct plan *plan, int kept)
{
    int high = kept > 2 ? kept : 2;
    for (size_t i = 0; i < plan->shares->count; i++)
        high = plan->shares->share[i].fd > high ? plan->shares->share[i].fd : high;
    for (int fd = 3; fd < high; fd++)
        if (fd != kept && !shares_have(plan, fd))
            close(fd);
    close_from((unsigned)high + 1, 0);
}

static void server_run(const struct plan *plan, const struct link *link, pid_t monitor)
{
    static struct files files;
    struct rlimit none = {0, 0}, open_files;
    sigset_t empty;
    sigemptyset(&empty);
    sigprocmask(SIG_SETMASK, &empty, NULL);
    signals_default();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    prctl(PR_SET_NAME, "nofear-files");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != monitor)
        _exit(1);
    setrlimit(RLIMIT_CORE, &none);
    others_close(plan, link->fd);
    files.most = getrlimit(RLIMIT_NOFILE, &open_files) == 0 && open_files.rlim_cur < 65536 ? (size_t)open_files.rlim_cur / 2 : 32768;
    if (!cage_enter(plan))
        _exit(UNCONFINED);
    _exit(files_serve(&files, plan->shares, link, THREADS));
}

bool files_start(struct file_server *server, const struct plan *plan, char *error, size_t size)
{
    static const uint8_t own[6] = NF_FILES_HOST, peer[6] = NF_FILES_GUEST;
    struct link link;
    pid_t monitor = getpid();
    if (!plan->shares || plan->shares->count == 0)
        return true;
    if (!link_open_as(&link, plan, own, peer, error, size))
        return false;
    server->pid = fork();
    if (server->pid == 0)
        server_run(plan, &link, monitor);
    server->vmm_end = link.vmm_end;
    link.vmm_end = -1;
    link_close(&link);
    if (server->pid > 0)
        return true;
    server->pid = 0;
    snprintf(error, size, "the file server's process can't be made: %s", strerror(errno));
    return false;
}
