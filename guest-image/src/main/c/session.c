/*
 * session.c - the life of a session: from its request to the command's status.
 *
 * EXEC_PART frames collect into one request of pairs (leader.c, command.c and terminal.c say which); EXEC_END starts it. Pairs
 * read here: tty and closed (subsets of "ioe": which of the caller's standard streams are terminals, or not open at all),
 * same=oe (standard error is the same open file as standard output, so their order must hold), lazy=1, seekable=1 (standard input),
 * stay=1 (what the command leaves running goes on, see left.c).
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { KILL_AFTER_MS = 1000, LAZY_FIRST_MS = 20 };

struct session *session_find(struct agent *agent, unsigned id)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (agent->sessions[i] && agent->sessions[i]->id == id)
            return agent->sessions[i];
    return NULL;
}

static struct session *session_new(struct agent *agent, uint16_t id)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (!agent->sessions[i]) {
            struct session *session = calloc(1, sizeof *session);
            if (!session)
                return NULL;
            session->id = id;
            session->control = session->master = -1;
            for (int k = 0; k < SINKS; k++) {
                nf_sink_init(&session->sink[k], -1, 0);
                session->used[k].probe = -1;
            }
            for (int k = 0; k < SOURCES; k++)
                nf_source_init(&session->source[k], -1);
            display_init(&session->display);
            nf_buffer_init(&session->request, NF_EXEC_MAX);
            return agent->sessions[i] = session;
        }
    return NULL;
}

static void answer_failure(struct agent *agent, unsigned id, uint32_t status, const char *text)
{
    unsigned char payload[4 + sizeof(((struct leader_message *)0)->text)];
    size_t length = strnlen(text, sizeof payload - 5);
    nf_store_u32(payload, status);
    memcpy(payload + 4, text, length);
    nf_put(&agent->out, NF_FAIL, id, payload, 4 + length);
}

void session_sinks_close(struct session *session)
{
    for (int i = 0; i < SINKS; i++) {
        if (session->sink[i].open && session->sink[i].fd != session->master) {
            shutdown(session->sink[i].fd, SHUT_WR); /* a socket's, whose other copy is a source */
            close(session->sink[i].fd);
        }
        session->sink[i].open = false;
        nf_buffer_free(&session->sink[i].pending);
        if (session->used[i].probe >= 0)
            close(session->used[i].probe);
        session->used[i].probe = -1;
    }
}

static void close_all(struct agent *agent, struct session *session)
{
    display_end(agent, &session->display);
    session_sinks_close(session);
    for (int i = 0; i < SOURCES; i++)
        if (session->source[i].open && session->source[i].fd != session->master)
            close(session->source[i].fd);
    if (session->master >= 0)
        close(session->master);
    if (session->control >= 0)
        close(session->control); /* the leader ends */
    nf_buffer_free(&session->request);
}

void session_free(struct agent *agent, struct session *session)
{
    close_all(agent, session);
    if (session->leader > 0)
        left_session(agent, session->leader, session->deaf);
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (agent->sessions[i] == session)
            agent->sessions[i] = NULL;
    free(session);
}

/* It is the guest user's, who may open it again as /dev/stdout. */
bool pipe_make(const struct agent *agent, bool to_command, int *ours, int *command)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    if (fchown(ends[0], agent->user.uid, agent->user.gid) < 0) {
        close(ends[0]);
        close(ends[1]);
        return false;
    }
    *ours = ends[to_command ? 1 : 0];
    *command = ends[to_command ? 0 : 1];
    fcntl(*ours, F_SETFL, fcntl(*ours, F_GETFL) | O_NONBLOCK);
    return true;
}

static bool contains(struct nf_pairs request, const char *key, char letter)
{
    const char *value = nf_pairs_get(request, key);
    return value && strchr(value, letter);
}

/* The agent's ends go into the session at once, so that close_all knows them whatever fails. */
static bool streams_make(struct agent *agent, struct session *session, struct nf_pairs request, struct command_streams *to)
{
    static const char letters[] = "ioe";
    int input = -1, terminal_in = -1, output[3] = {-1, -1, -1};
    bool ok = true;
    *to = (struct command_streams){.fd = {-1, -1, -1}, .terminal = -1, .control = -1};
    session->lazy = nf_pairs_get(request, "lazy") != NULL;
    if (nf_pairs_get(request, "tty")) {
        session->master = terminal_open(agent, request, session->lazy, &to->terminal);
        ok = session->master >= 0;
        terminal_in = output[2] = session->master;
    }
    session->lazy &= session->master >= 0;
    session->used[0].seekable = nf_pairs_get(request, "seekable") != NULL;
    for (int i = 0; ok && i < 3; i++) {
        if (contains(request, "closed", letters[i]))
            continue;
        if (contains(request, "tty", letters[i]))
            to->fd[i] = fcntl(to->terminal, F_DUPFD_CLOEXEC, 3);
        else if (i == 2 && to->fd[1] >= 0 && nf_pairs_get(request, "same"))
            to->fd[2] = fcntl(to->fd[1], F_DUPFD_CLOEXEC, 3);
        else
            ok = pipe_make(agent, i == 0, i == 0 ? &input : &output[i - 1], &to->fd[i]);
        ok = ok && to->fd[i] >= 0;
    }
    nf_sink_init(&session->sink[0], input, 0);
    nf_sink_init(&session->sink[1], terminal_in, 0);
    for (int i = 0; i < 3; i++)
        nf_source_init(&session->source[i], output[i]);
    return ok && more_make(agent, session, request, to);
}

static bool ignores_hangup(struct nf_pairs request)
{
    const char *key, *value;
    while (nf_pairs_next(&request, &key, &value))
        if (strcmp(key, "ignore") == 0 && atoi(value) == SIGHUP)
            return true;
    return false;
}

void session_start(struct agent *agent, struct session *session)
{
    if (display_wanted(session)) {
        display_start(agent, session); /* which calls again when the display is there */
        return;
    }
    struct nf_pairs request = nf_pairs_of(session->request.data, nf_buffer_size(&session->request));
    struct command_streams streams;
    bus_open(agent);
    int control[2] = {-1, -1};
    bool ok = streams_make(agent, session, request, &streams) &&
              socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == 0;
    session->control = control[0];
    streams.control = control[1];
    session->leader = ok ? fork() : -1;
    if (session->leader == 0)
        leader_run(agent, request, &streams);
    for (int i = 0; i < 3; i++)
        if (streams.fd[i] >= 0)
            close(streams.fd[i]);
    for (int i = 0; i < streams.mores; i++)
        close(streams.more[i].fd);
    if (streams.terminal >= 0)
        close(streams.terminal);
    if (control[1] >= 0)
        close(control[1]);
    if (session->leader < 0) {
        answer_failure(agent, session->id, 125, strerror(errno));
        session_free(agent, session);
        return;
    }
    session->started = true;
    session->stay = nf_pairs_get(request, "stay") != NULL;
    session->deaf = ignores_hangup(request);
    session->kills_before = agent->kills;
    session->lazy_pause = LAZY_FIRST_MS;
    session->lazy_next = uptime_ns() + LAZY_FIRST_MS * 1000000U;
    nf_buffer_free(&session->request);
}

void session_request(struct agent *agent, const struct nf_frame *frame)
{
    struct session *session = session_find(agent, frame->session);
    if (!session)
        session = session_new(agent, frame->session);
    if (!session) {
        answer_failure(agent, frame->session, 125, "the VM has as many sessions as it can hold");
        return;
    }
    if (session->started)
        return;
    if (nf_buffer_add(&session->request, frame->payload, frame->length) < 0) {
        answer_failure(agent, frame->session, 126, "the arguments and the environment are too long");
        session_free(agent, session);
    } else if (frame->type == NF_EXEC_END) {
        session_start(agent, session);
    }
}

void session_signal(struct session *session, uint32_t number)
{
    bool alone = number & NF_SIGNAL_ALONE;
    number &= ~(uint32_t)NF_SIGNAL_ALONE;
    if (session->command > 0 && number > 0 && number < NSIG)
        kill(alone ? session->command : -session->command, (int)number);
}

static bool kill_one(pid_t process, const void *leader)
{
    if (process != *(const pid_t *)leader)
        kill(process, SIGKILL);
    return false;
}

void session_kill(struct session *session)
{
    session->kill_at = 0;
    session_visit(session->leader, kill_one, &session->leader);
}

/* The caller is gone: as when a terminal is closed, and not to be refused for long. */
void session_hangup(struct session *session)
{
    if (session->kill_at == 0)
        session->kill_at = uptime_ns() + KILL_AFTER_MS * 1000000ULL;
    session_signal(session, SIGHUP);
    session_signal(session, SIGCONT);
    session->sink[0].ending = true;
    for (int i = 0; i < SOURCES; i++) {
        if (session->source[i].open && session->source[i].fd != session->master)
            close(session->source[i].fd);
        session->source[i].open = false;
    }
}

void session_event(struct agent *agent, struct session *session)
{
    struct leader_message message = {.event = 0};
    ssize_t n = recv(session->control, &message, sizeof message, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    message.text[sizeof message.text - 1] = 0;
    unsigned char uptime[8];
    switch (n == (ssize_t)sizeof message ? message.event : 0) {
    case LEADER_STARTED:
        session->command = (pid_t)message.value;
        nf_store_u64(uptime, message.uptime);
        nf_put(&agent->out, NF_STARTED, session->id, uptime, sizeof uptime);
        break;
    case LEADER_NOTE:
        nf_put(&agent->out, NF_NOTE, session->id, message.text, strlen(message.text));
        break;
    case LEADER_STOPPED:
        nf_put_u32(&agent->out, NF_STOPPED, session->id, message.value);
        break;
    case LEADER_EXITED:
        session_ended(session, 0, message.value);
        break;
    case LEADER_KILLED:
        session_ended(session, 1, message.value);
        break;
    case LEADER_FAILED:
        answer_failure(agent, session->id, message.value, message.text);
        session_free(agent, session);
        break;
    default:
        session_fail(agent, session, "the command's session was killed in the VM");
        break;
    }
}

void session_fail(struct agent *agent, struct session *session, const char *text)
{
    if (session->started)
        memory_tell(agent, session);
    answer_failure(agent, session->id, 125, text);
    if (session->leader > 0)
        session_kill(session);
    session_free(agent, session);
}
