/*
 * status.c - what the outside may know of a running VM: the file `status` in its run directory (pairs, for `nofear ps` and
 * `nofear stop`), and the VMM's output in vmm.log, of which the first MiB is kept.
 */
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { LOG_MAX = 1 << 20 };

static void add(struct nf_buffer *pairs, const struct monitor *m, const char *key)
{
    const char *value = plan_get(m->plan, key);
    if (value)
        nf_pair_add(pairs, key, value);
}

void status_write(const struct monitor *m)
{
    struct nf_buffer pairs;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_pair_add(&pairs, "format", "nofear-status-1");
    nf_pair_add_number(&pairs, "pid", (uint64_t)getpid());
    nf_pair_add_number(&pairs, "vmm.pid", (uint64_t)m->vmm.pid);
    nf_pair_add_number(&pairs, "started", (uint64_t)m->began_at);
    nf_pair_add_number(&pairs, "sessions", sessions_alive(m));
    nf_pair_add_number(&pairs, "left", m->stays ? m->left : 0);
    nf_pair_add(&pairs, "left.by", m->left_by);
    add(&pairs, m, "profile");
    add(&pairs, m, "profile.dir");
    add(&pairs, m, "temporary");
    add(&pairs, m, "vmm.kind");
    int fd = openat(m->run.fd, "status.new", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0) {
        if (nf_buffer_flush(&pairs, fd, NF_PAYLOAD_MAX) > 0)
            renameat(m->run.fd, "status.new", m->run.fd, "status");
        close(fd);
    }
    nf_buffer_free(&pairs);
}

void room_look(struct monitor *m, bool sure)
{
    char text[1300];
    if (now_ns() < m->room_next)
        return;
    m->room_next = now_ns() + 1000000000ULL;
    int error = disk_full(m->plan, sure);
    if (error == 0)
        return;
    int n = snprintf(text, sizeof text, "the host's disk is full: what the VM writes to its own fails until there is room for %s (%s)",
                     plan_get(m->plan, "profile.dir"), strerror(error));
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct client *client = &m->clients[i];
        if (client->session == 0 || client->fd < 0 || client->told_full)
            continue;
        client->told_full = true;
        nf_put(&client->out, NF_NOTE, 0, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
    }
}

/* The last line with something in it, for the message when the VM fails. */
static void last_line(struct monitor *m, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n' || text[i] == '\r') {
            m->last_length = 0;
        } else if (m->last_length + 1 < sizeof m->last_line) {
            m->last_line[m->last_length++] = text[i];
            m->last_line[m->last_length] = 0;
        }
    }
}

void log_read(struct monitor *m)
{
    char text[4096];
    ssize_t n = read(m->vmm.log, text, sizeof text);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) {
            close(m->vmm.log);
            m->vmm.log = -1;
        }
        return;
    }
    last_line(m, text, (size_t)n);
    if (m->phase == RUNNING || m->phase == ENDING)
        room_look(m, true); /* the guest's kernel says that a write has failed, among other things */
    if (m->log < 0)
        m->log = openat(m->run.fd, "vmm.log", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (m->logged < LOG_MAX && m->log >= 0 && write(m->log, text, (size_t)n) > 0)
        m->logged += (size_t)n;
}
