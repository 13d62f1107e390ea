/*
 * relay.c - one turn of the agent's loop: waits until something is ready, moves it, and looks after deadlines.
 *
 * The channel is always read (what comes is bounded by the credits that the agent gave), so the host can always speak. Output
 * is read only while little of it waits for the channel, so it stays where it belongs: in the pipe of the one who wrote it.
 */
#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONGESTED = 1 << 18, LAZY_LONGEST_MS = 250, FIRST = 4, POLLS = FIRST + NF_SESSIONS_MAX * (SINKS + SOURCES + 3) };

/* What one entry of the poll set is. */
struct watched {
    struct session *session;
    enum { SINK, SOURCE, CONTROL, DISPLAY, CONNECTION } what; /* the session's, or its display's */
    int index;
};

static void sink_turn(struct agent *agent, struct session *session, int index)
{
    struct nf_sink *sink = &session->sink[index];
    size_t before = nf_buffer_size(&sink->pending);
    int result = nf_sink_write(sink);
    session->used[index].written += before - nf_buffer_size(&sink->pending);
    nf_sink_credit(sink, &agent->out, session->id, sink_stream(index));
    if (index == 1 || !sink->open)
        return;
    if (result < 0)
        session_sink_close(agent, session, index, true);
    else if (sink->ending && !nf_sink_waiting(sink))
        session_sink_close(agent, session, index, false);
}

static void source_turn(struct agent *agent, struct session *session, int index)
{
    struct nf_source *source = &session->source[index];
    bool bounded = session->ended && !session->tail;
    size_t most = NF_CHUNK;
    if (bounded && session->left[index] < most)
        most = (size_t)session->left[index];
    ssize_t n = nf_source_read(source, &agent->out, session->id, source_stream(index), most);
    if (n > 0) {
        if (bounded)
            session->left[index] -= (uint64_t)n;
        return;
    }
    if (n < 0 && errno == EAGAIN) {
        session->left[index] = 0; /* the terminal is drained, if the command has ended */
        return;
    }
    /* EOF, or EIO of a terminal that nobody has open. */
    source->open = false;
    if (index != 2) {
        close(source->fd);
        nf_put(&agent->out, NF_EOF + source_stream(index), session->id, NULL, 0);
    }
}

static bool drained(const struct session *session)
{
    for (int i = 0; i < SOURCES; i++)
        if (session->source[i].open && session->left[i] > 0 && !session->tail)
            return false;
    return session->ended;
}

static size_t watch(struct pollfd *polls, struct watched *watched, size_t n, struct session *session, bool congested)
{
    struct display *display = &session->display;
    for (int i = 0; session->started && i < SINKS; i++) {
        const struct nf_sink *sink = &session->sink[i];
        if (!sink->open || (i == 1 && !nf_sink_waiting(sink)))
            continue;
        /* Without POLLOUT: POLLERR, the reader is gone */
        polls[n] = (struct pollfd){.fd = sink->fd, .events = nf_sink_waiting(sink) ? POLLOUT : 0};
        watched[n++] = (struct watched){session, SINK, i};
    }
    for (int i = 0; session->started && !congested && i < SOURCES; i++) {
        const struct nf_source *source = &session->source[i];
        if (!source->open || source->credit == 0 || (session->ended && (session->tail ? i == 2 : session->left[i] == 0)))
            continue;
        polls[n] = (struct pollfd){.fd = source->fd, .events = POLLIN};
        watched[n++] = (struct watched){session, SOURCE, i};
    }
    if (session->ended)
        return n;
    if (session->started) {
        polls[n] = (struct pollfd){.fd = session->control, .events = POLLIN};
        watched[n++] = (struct watched){session, CONTROL, 0};
    }
    if (display->control >= 0) {
        polls[n] = (struct pollfd){.fd = display->control, .events = POLLIN};
        watched[n++] = (struct watched){session, DISPLAY, 0};
    }
    if (display->source.fd >= 0) {
        polls[n] = (struct pollfd){.fd = display->source.fd, .events = display_polls(display, congested)};
        watched[n++] = (struct watched){session, CONNECTION, 0};
    }
    return n;
}

/* What is due by the clock: kill after a hang-up; look whether a terminal is read; ask for the time. Returns ms until the next, or -1. */
static int deadlines(struct agent *agent)
{
    uint64_t now = uptime_ns(), next = agent->booted ? clock_turn(agent) : UINT64_MAX, packet = channel_deadline(agent);
    uint64_t left = left_turn(agent);
    if (left < next)
        next = left;
    if (packet && packet < next)
        next = packet;
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct session *session = agent->sessions[i];
        if (!session || !session->started)
            continue;
        if (session->kill_at && now >= session->kill_at)
            session_kill(session);
        bool looks = session->lazy || session->asks;
        if (looks && !session->ended && now >= session->lazy_next) {
            if (session->lazy && terminal_wanted(session)) {
                terminal_take(session);
                nf_put(&agent->out, NF_WANTED, session->id, NULL, 0);
            }
            more_ask(agent, session);
            session->lazy_pause = session->lazy_pause * 3 / 2;
            if (session->lazy_pause > LAZY_LONGEST_MS)
                session->lazy_pause = LAZY_LONGEST_MS;
            session->lazy_next = uptime_ns() + session->lazy_pause * 1000000ULL;
        }
        if (session->kill_at && session->kill_at < next)
            next = session->kill_at;
        if (looks && !session->ended && session->lazy_next < next)
            next = session->lazy_next;
        if (session->ended && !session->tail && session->settle_look && session->settle_look < next)
            next = session->settle_look;
    }
    if (next == UINT64_MAX)
        return -1;
    now = uptime_ns();
    return next <= now ? 0 : (int)((next - now) / 1000000U) + 1;
}

static void session_turn(struct agent *agent, const struct watched *entry, short events)
{
    struct session *session = entry->session;
    switch (entry->what) {
    case SINK:
        if (nf_sink_waiting(&session->sink[entry->index]))
            sink_turn(agent, session, entry->index);
        else if (session->sink[entry->index].open && (events & (POLLERR | POLLHUP)))
            session_sink_close(agent, session, entry->index, true);
        break;
    case SOURCE:
        if (session->source[entry->index].open)
            source_turn(agent, session, entry->index);
        break;
    case CONTROL:
        session_event(agent, session);
        break;
    case DISPLAY:
        display_event(agent, session);
        break;
    case CONNECTION:
        if (!session->ended && !display_turn(agent, session, events))
            session_fail(agent, session, "Xpra's server has closed the connection in the VM");
        break;
    }
}

static void frames(struct agent *agent)
{
    struct nf_frame frame;
    int result;
    while ((result = nf_frame_next(&agent->in, &frame)) > 0) {
        relay_frame(agent, &frame);
        nf_frame_done(&agent->in, &frame);
    }
    if (result < 0)
        machine_end(agent, 0);
}

static void reap(struct agent *agent, int wake)
{
    char bytes[64];
    left_child(agent);
    while (read(wake, bytes, sizeof bytes) > 0)
        continue;
    int status;
    for (pid_t child; (child = waitpid(-1, &status, WNOHANG)) > 0;)
        bus_reap(agent, child, status);
}

bool relay_turn(struct agent *agent, int wake)
{
    static struct pollfd polls[POLLS];
    static struct watched watched[POLLS];
    int timeout = deadlines(agent);
    size_t waiting = nf_buffer_size(&agent->out), n = FIRST;
    polls[0] = (struct pollfd){.fd = agent->channel, .events = channel_events(agent)};
    polls[1] = (struct pollfd){.fd = wake, .events = POLLIN};
    polls[2] = (struct pollfd){.fd = agent->pressure, .events = POLLPRI};
    polls[3] = (struct pollfd){.fd = agent->bus.process > 0 ? -1 : agent->bus.listener, .events = POLLIN};
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (agent->sessions[i])
            n = watch(polls, watched, n, agent->sessions[i], waiting > CONGESTED);
    if (poll(polls, n, timeout) < 0)
        return errno == EINTR;
    if (polls[1].revents)
        reap(agent, wake);
    if (polls[2].revents & POLLPRI)
        memory_short();
    if (polls[3].revents & POLLIN)
        bus_start(agent);
    /* Control last of a session: what was written before the command's end is then taken note of first. */
    for (size_t i = FIRST; i < n; i++)
        if (polls[i].revents && session_find(agent, watched[i].session->id) == watched[i].session)
            session_turn(agent, &watched[i], polls[i].revents);
    if (polls[0].revents & ~POLLOUT) {
        ssize_t got = channel_fill(agent, NF_PAYLOAD_MAX);
        if (got == 0 || (got < 0 && errno != EAGAIN))
            return false;
        frames(agent);
    }
    /* After the frames: an end of input that just came is to be passed on now, for nothing else may come. */
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct session *session = agent->sessions[i];
        for (int k = 0; session && session->started && k < SINKS; k++)
            if (session->sink[k].open && session->sink[k].ending)
                sink_turn(agent, session, k);
        if (session && drained(session))
            session_end(agent, session);
    }
    return channel_write(agent) == 0 || errno == EAGAIN;
}
