/*
 * relay.c - one turn of the agent's loop: waits until something is ready, moves it, and looks after deadlines.
 *
 * The channel is always read (what comes is bounded by the credits that the agent gave), so the host can always speak. Output
 * is read only while little of it waits for the channel, so it stays where it belongs: in the pipe of the one who wrote it.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONGESTED = 1 << 18, LAZY_LONGEST_MS = 250, FIRST = 3, POLLS = FIRST + NF_SESSIONS_MAX * 8 };

static const enum nf_stream source_stream[3] = {NF_OUT, NF_ERR, NF_TTY_OUT};

/* What one entry of the poll set is. */
struct watched {
    struct session *session;
    int index; /* 0, 1: sink; 2 to 4: source; 5: control; 6: the display's control; 7: its connection */
};

static void input_closed(struct agent *agent, struct session *session, bool gone)
{
    struct nf_sink *sink = &session->sink[0];
    if (gone) {
        int unread = 0;
        ioctl(sink->fd, FIONREAD, &unread);
        session->input -= (uint64_t)unread;
        nf_put_u32(&agent->out, NF_CLOSED, session->id, NF_IN);
    } else if (session->seekable) {
        /* To see at the end how much was left unread; a reader of our own does no harm now that all is written. */
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", sink->fd);
        session->probe = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    close(sink->fd);
    sink->open = false;
    nf_buffer_free(&sink->pending);
}

static void sink_turn(struct agent *agent, struct session *session, int index)
{
    struct nf_sink *sink = &session->sink[index];
    size_t before = nf_buffer_size(&sink->pending);
    int result = nf_sink_write(sink);
    if (index == 0)
        session->input += before - nf_buffer_size(&sink->pending);
    nf_sink_credit(sink, &agent->out, session->id, index == 0 ? NF_IN : NF_TTY_IN);
    if (index == 0 && sink->open && result < 0)
        input_closed(agent, session, true);
    else if (index == 0 && sink->open && sink->ending && !nf_sink_waiting(sink))
        input_closed(agent, session, false);
}

static void source_turn(struct agent *agent, struct session *session, int index)
{
    struct nf_source *source = &session->source[index];
    size_t most = NF_CHUNK;
    if (session->ended && session->left[index] < most)
        most = (size_t)session->left[index];
    ssize_t n = nf_source_read(source, &agent->out, session->id, source_stream[index], most);
    if (n > 0) {
        if (session->ended)
            session->left[index] -= (uint64_t)n;
        return;
    }
    if (n < 0 && errno == EAGAIN) {
        session->left[index] = 0; /* the terminal is drained, if the command has ended */
        return;
    }
    /* EOF, or EIO of a terminal that nobody has open. */
    source->open = false;
    if (index < 2) {
        close(source->fd);
        nf_put(&agent->out, NF_EOF + source_stream[index], session->id, NULL, 0);
    }
}

static bool drained(const struct session *session)
{
    for (int i = 0; i < 3; i++)
        if (session->source[i].open && session->left[i] > 0)
            return false;
    return session->ended;
}

static size_t watch(struct pollfd *polls, struct watched *watched, size_t n, struct session *session, bool congested)
{
    struct display *display = &session->display;
    for (int i = session->started ? 0 : 6; i < 8; i++) {
        struct pollfd entry = {.fd = -1};
        if (i == 6 && !session->ended)
            entry = (struct pollfd){.fd = display->control, .events = POLLIN};
        else if (i == 7 && !session->ended)
            entry = (struct pollfd){.fd = display->source.fd, .events = display_polls(display, congested)};
        else if (i >= 6)
            continue;
        else if (i < 2 && nf_sink_waiting(&session->sink[i]))
            entry = (struct pollfd){.fd = session->sink[i].fd, .events = POLLOUT};
        else if (i == 0 && session->sink[0].open)
            entry = (struct pollfd){.fd = session->sink[0].fd}; /* POLLERR: the reader is gone */
        else if (i >= 2 && i < 5 && session->source[i - 2].open && session->source[i - 2].credit > 0 && !congested)
            entry = (struct pollfd){.fd = session->source[i - 2].fd, .events = POLLIN};
        else if (i == 5 && !session->ended)
            entry = (struct pollfd){.fd = session->control, .events = POLLIN};
        if (entry.fd < 0)
            continue;
        polls[n] = entry;
        watched[n++] = (struct watched){session, i};
    }
    return n;
}

/* What is due by the clock: kill after a hang-up; look whether a terminal is read; ask for the time. Returns ms until the next, or -1. */
static int deadlines(struct agent *agent)
{
    uint64_t now = uptime_ns(), next = agent->booted ? clock_turn(agent) : UINT64_MAX, packet = channel_deadline(agent);
    if (packet && packet < next)
        next = packet;
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct session *session = agent->sessions[i];
        if (!session || !session->started)
            continue;
        if (session->kill_at && now >= session->kill_at)
            session_kill(session);
        if (session->lazy && now >= session->lazy_next) {
            if (terminal_wanted(session)) {
                terminal_take(session);
                nf_put(&agent->out, NF_WANTED, session->id, NULL, 0);
            }
            session->lazy_pause = session->lazy_pause * 3 / 2;
            if (session->lazy_pause > LAZY_LONGEST_MS)
                session->lazy_pause = LAZY_LONGEST_MS;
            session->lazy_next = uptime_ns() + session->lazy_pause * 1000000ULL;
        }
        if (session->kill_at && session->kill_at < next)
            next = session->kill_at;
        if (session->lazy && session->lazy_next < next)
            next = session->lazy_next;
    }
    if (next == UINT64_MAX)
        return -1;
    now = uptime_ns();
    return next <= now ? 0 : (int)((next - now) / 1000000U) + 1;
}

static void session_turn(struct agent *agent, const struct watched *entry, short events)
{
    struct session *session = entry->session;
    if (entry->index == 0 && !nf_sink_waiting(&session->sink[0])) {
        if (session->sink[0].open && (events & POLLERR))
            input_closed(agent, session, true);
    } else if (entry->index < 2) {
        sink_turn(agent, session, entry->index);
    } else if (entry->index < 5) {
        if (session->source[entry->index - 2].open)
            source_turn(agent, session, entry->index - 2);
    } else if (entry->index == 5) {
        session_event(agent, session);
    } else if (entry->index == 6) {
        display_event(agent, session);
    } else if (!session->ended && !display_turn(agent, session, events)) {
        session_fail(agent, session, "Xpra's server has closed the connection in the VM");
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

static void reap(int wake)
{
    char bytes[64];
    while (read(wake, bytes, sizeof bytes) > 0)
        continue;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
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
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (agent->sessions[i])
            n = watch(polls, watched, n, agent->sessions[i], waiting > CONGESTED);
    if (poll(polls, n, timeout) < 0)
        return errno == EINTR;
    if (polls[1].revents)
        reap(wake);
    if (polls[2].revents & POLLPRI)
        memory_short();
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
        if (session && session->started && session->sink[0].open && session->sink[0].ending)
            sink_turn(agent, session, 0);
        if (session && drained(session))
            session_end(agent, session);
    }
    return channel_write(agent) == 0 || errno == EAGAIN;
}
