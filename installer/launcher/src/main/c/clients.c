/*
 * clients.c - the front-ends: their frames go to the guest under the number of their session.
 *
 * A front-end runs as the same user and could do worse than lie to us, but a broken one must not take the other sessions with
 * it: what it may not send, ends it.
 */
#include "monitor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENT_OUT_MAX = 12 << 20, ANSWER_SECONDS = 10, HANGUP_SECONDS = 15 };

struct client *client_of(struct monitor *m, unsigned session)
{
    for (int i = 0; session != 0 && i < NF_SESSIONS_MAX; i++)
        if (m->clients[i].session == session)
            return &m->clients[i];
    return NULL;
}

struct client *client_add(struct monitor *m, int fd)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        struct client *client = &m->clients[i];
        if (client->session != 0)
            continue;
        memset(client, 0, sizeof *client);
        client->fd = fd;
        do
            m->last_session++;
        while (m->last_session == 0 || client_of(m, m->last_session));
        client->session = m->last_session;
        nf_buffer_init(&client->in, 4 * NF_PAYLOAD_MAX);
        nf_buffer_init(&client->out, CLIENT_OUT_MAX);
        for (int stream = 0; stream < NF_STREAMS; stream++)
            client->credit[stream] = stream >= NF_MORE_IN && stream < NF_MORE_OUT ? 0 : NF_WINDOW;
        return client;
    }
    close(fd);
    return NULL;
}

void client_free(struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    nf_buffer_free(&client->in);
    nf_buffer_free(&client->out);
    memset(client, 0, sizeof *client);
    client->fd = -1;
}

/* Front-ends that are connected and still wait for something. */
size_t clients_present(const struct monitor *m)
{
    size_t n = 0;
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        n += m->clients[i].session != 0 && m->clients[i].fd >= 0 && !m->clients[i].finished;
    return n;
}

/* Commands in the guest, whether their front-end lives or not. */
size_t sessions_alive(const struct monitor *m)
{
    size_t n = 0;
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        n += m->clients[i].session != 0 && m->clients[i].requested && !m->clients[i].finished;
    return n;
}

void client_fail(struct client *client, const char *text)
{
    unsigned char payload[4 + 1024];
    size_t length = strnlen(text, 1024);
    nf_store_u32(payload, EXIT_NOFEAR);
    memcpy(payload + 4, text, length);
    if (client->fd >= 0 && !client->finished)
        nf_put(&client->out, NF_FAIL, 0, payload, 4 + length);
    client->finished = true;
}

/* The front-end has ended: its command loses its terminal. */
void client_gone(struct monitor *m, struct client *client)
{
    if (client->fd >= 0)
        close(client->fd);
    client->fd = -1;
    nf_buffer_free(&client->out);
    if (!client->requested || client->finished || m->phase >= ENDING)
        client_free(client);
    else {
        nf_put(&m->out, NF_HANGUP, client->session, NULL, 0);
        m->hangup_deadline = now_ns() + HANGUP_SECONDS * 1000000000ULL;
    }
}

static bool greet(struct monitor *m, struct client *client, const struct nf_frame *frame)
{
    struct nf_pairs pairs = nf_pairs_of(frame->payload, frame->length);
    char machine[24], text[256];
    snprintf(machine, sizeof machine, "%016llx", (unsigned long long)plan_machine(m->plan));
    if (frame->type != NF_HELLO || !nf_pairs_valid(frame->payload, frame->length))
        return false;
    uint64_t linger;
    client->greeted = true;
    if (nf_pairs_get(pairs, "yield") && clients_present(m) == 1 && sessions_alive(m) == 0 && !(m->stays && m->left > 0)) {
        m->yields = true;
        m->linger_until = 0;
        client->finished = true;
        return false; /* it sees that this VM is as good as gone */
    }
    client->linger = nf_number(nf_pairs_get(pairs, "linger"), UINT32_MAX, &linger) ? (int64_t)linger : -1;
    const char *version = nf_pairs_get(pairs, "version"), *asked = nf_pairs_get(pairs, "machine");
    const char *name = plan_get(m->plan, "profile");
    if (!version || strcmp(version, NF_VERSION) != 0) {
        snprintf(text, sizeof text, "the VM of profile %s was started by another version of nofear: nofear stop %s", name, name);
        client_fail(client, text);
    } else if (!asked || strcmp(asked, machine) != 0) {
        snprintf(text, sizeof text,
                 "profile %s is in use by a VM with other options (shares, memory, network): nofear stop %s, or another profile",
                 name ? name : "?", name ? name : "?");
        client_fail(client, text);
    } else if (m->stopping) {
        client_fail(client, "the VM is being stopped");
    }
    return true;
}

/* Who ends a command may not wait for a VM that hangs. Its agent answers to each signal. */
static void answer_expect(struct monitor *m, uint32_t number)
{
    bool ends = number == SIGTERM || number == SIGINT || number == SIGHUP || number == SIGQUIT;
    if (ends && m->phase == RUNNING && m->answer_deadline == 0)
        m->answer_deadline = now_ns() + ANSWER_SECONDS * 1000000000ULL;
}

/* False: this front-end has broken the protocol. */
static bool forward(struct monitor *m, struct client *client, const struct nf_frame *frame)
{
    if (client->finished)
        return true;
    if (!client->greeted)
        return greet(m, client, frame);
    if (frame->type >= NF_DATA) {
        bool data = frame->type < NF_EOF;
        uint32_t stream = frame->type - (data ? NF_DATA : NF_EOF), *credit = &client->credit[stream];
        if (!nf_to_guest(stream) || (data && frame->length > *credit))
            return false;
        *credit -= frame->length;
        return nf_put(&m->out, frame->type, client->session, frame->payload, frame->length) == 0;
    }
    switch (frame->type) {
    case NF_EXEC_PART:
    case NF_EXEC_END:
        client->request += frame->length;
        if (client->requested || client->request > NF_EXEC_MAX)
            return false;
        client->requested = frame->type == NF_EXEC_END;
        if (client->requested)
            status_write(m);
        break;
    case NF_WINDOW_ADD: {
        uint32_t stream = nf_u32(frame, 0), bytes = nf_u32(frame, 4);
        if (nf_to_guest(stream) || bytes > NF_WINDOW - client->credit[stream])
            return false;
        client->credit[stream] += bytes;
        break;
    }
    case NF_CLOSED:
        if (nf_to_guest(nf_u32(frame, 0)))
            return false;
        break;
    case NF_SIGNAL:
        answer_expect(m, nf_u32(frame, 0) & ~NF_SIGNAL_ALONE);
        break;
    case NF_HANGUP:
    case NF_RESIZE:
        break;
    default:
        return false;
    }
    return nf_put(&m->out, frame->type, client->session, frame->payload, frame->length) == 0;
}

void client_read(struct monitor *m, struct client *client)
{
    ssize_t n = nf_buffer_fill(&client->in, client->fd, NF_PAYLOAD_MAX);
    struct nf_frame frame;
    int result;
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        client_gone(m, client);
        return;
    }
    while ((result = nf_frame_next(&client->in, &frame)) > 0) {
        if (!forward(m, client, &frame)) {
            client_gone(m, client);
            return;
        }
        nf_frame_done(&client->in, &frame);
    }
    if (result < 0)
        client_gone(m, client);
}

void client_flush(struct monitor *m, struct client *client)
{
    if (client->fd < 0 || nf_buffer_size(&client->out) == 0)
        return;
    size_t size = nf_buffer_size(&client->out);
    ssize_t n = send(client->fd, client->out.data + client->out.start, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0)
        nf_buffer_drop(&client->out, (size_t)n);
    else if (n < 0 && errno != EAGAIN && errno != EINTR)
        client_gone(m, client);
}
