/*
 * ending.c - how a session ends: what the command wrote is sent, then its status, then what others go on writing.
 *
 * As on any machine a command has ended when its process has, and who else has its streams open may still write to them: the caller
 * gets the status at once, and the rest behind it (EXIT, then ENDED).
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* For so long may who is left become a daemon; for longer, as long as it does not wait for something. */
enum { SETTLE_MS = 200, BUSY_MS = 2000, SETTLE_LOOK_MS = 10, DRAIN_TERMINAL = 1 << 18 };

void session_ended(struct session *session, uint32_t kind, uint32_t value)
{
    session->ended = true;
    session->exit_kind = kind;
    session->exit_value = value;
    for (int i = 0; i < SOURCES; i++) {
        int waiting = 0;
        if (session->source[i].open && i != 2)
            ioctl(session->source[i].fd, FIONREAD, &waiting);
        session->left[i] = i != 2 ? (uint64_t)waiting : DRAIN_TERMINAL;
    }
    session->ended_at = uptime_ns();
}

void session_sink_close(struct agent *agent, struct session *session, int index, bool gone)
{
    struct nf_sink *sink = &session->sink[index];
    struct used *used = &session->used[index];
    if (gone) {
        int unread = 0;
        ioctl(sink->fd, FIONREAD, &unread);
        used->written -= (uint64_t)unread;
        nf_put_u32(&agent->out, NF_CLOSED, session->id, sink_stream(index));
    } else if (used->seekable) {
        /* To see at the end how much was left unread; a reader of our own does no harm now that all is written. */
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", sink->fd);
        used->probe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    shutdown(sink->fd, SHUT_WR);
    close(sink->fd);
    sink->open = false;
    nf_buffer_free(&sink->pending);
}

static uint64_t bytes_used(const struct session *session, int index)
{
    int unread = 0;
    const struct nf_sink *sink = &session->sink[index];
    ioctl(sink->open ? sink->fd : session->used[index].probe, FIONREAD, &unread);
    return session->used[index].written - (uint64_t)unread;
}

/* What the caller handed over as a file goes on where the command has left it. */
static void tell_used(struct agent *agent, const struct session *session)
{
    unsigned char payload[12];
    for (int i = SINK_MORE; i < SINKS; i++) {
        if (!session->used[i].seekable)
            continue;
        nf_store_u32(payload, sink_stream(i));
        nf_store_u64(payload + 4, bytes_used(session, i));
        nf_put(&agent->out, NF_USED, session->id, payload, sizeof payload);
    }
}

/* Whether others have streams of the command open; those that nobody has are closed. */
static bool others_write(struct agent *agent, struct session *session)
{
    bool some = false;
    for (int i = 0; session->stay && i < SOURCES; i++) {
        struct pollfd end = {.fd = session->source[i].fd, .events = POLLIN};
        if (!session->source[i].open || i == 2)
            continue;
        if (poll(&end, 1, 0) == 1 && (end.revents & (POLLIN | POLLHUP)) == POLLHUP) {
            session->source[i].open = false;
            close(session->source[i].fd);
            nf_put(&agent->out, NF_EOF + source_stream(i), session->id, NULL, 0);
        } else {
            some = true;
        }
    }
    return some;
}

static void end_with_status(struct agent *agent, struct session *session)
{
    unsigned char payload[20];
    memory_tell(agent, session);
    session->tail = others_write(agent, session);
    tell_used(agent, session);
    nf_store_u32(payload, session->exit_kind);
    nf_store_u32(payload + 4, session->exit_value);
    nf_store_u64(payload + 8, bytes_used(session, 0));
    nf_store_u32(payload + 16, session->tail);
    if (session->tail) {
        nf_put(&agent->out, NF_EXIT, session->id, payload, sizeof payload);
        session_sinks_close(session);
        return;
    }
    bool stay = session->stay;
    uint16_t id = session->id;
    session_free(agent, session);
    if (stay)
        left_look(agent); /* the host must know before it has the status */
    nf_put(&agent->out, NF_EXIT, id, payload, sizeof payload);
}

void session_end(struct agent *agent, struct session *session)
{
    if (session->tail) {
        for (int i = 0; i < SOURCES; i++)
            if (session->source[i].open && i != 2)
                return;
        uint16_t id = session->id;
        session_free(agent, session);
        left_look(agent);
        nf_put(&agent->out, NF_ENDED, id, NULL, 0);
        return;
    }
    uint64_t now = uptime_ns(), passed = (now - session->ended_at) / 1000000U;
    bool busy;
    if (session->stay && passed < BUSY_MS && left_settling(agent, session, &busy) && (busy || passed < SETTLE_MS)) {
        session->settle_look = now + SETTLE_LOOK_MS * 1000000ULL;
        return;
    }
    end_with_status(agent, session);
}
