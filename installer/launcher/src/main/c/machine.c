/*
 * machine.c - what the guest says. None of it is believed: sessions must exist, data must have credit, queues have limits. A
 * guest that breaks the protocol is killed, and its callers get 125.
 */
#include "monitor.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static uint64_t number(const struct nf_frame *frame, const char *key)
{
    uint64_t value = 0;
    nf_number(nf_pairs_get(nf_pairs_of(frame->payload, frame->length), key), UINT64_MAX / 2, &value);
    return value;
}

void machine_boot(struct monitor *m)
{
    boot_send(&m->out, m->plan, &m->places);
    m->phase = BOOTING;
}

static bool hello(struct monitor *m, const struct nf_frame *frame)
{
    if (m->phase != WAITING || !nf_pairs_valid(frame->payload, frame->length))
        return false;
    m->hello = now_ns();
    m->guest_init = number(frame, "init.ns");
    m->guest_hello = number(frame, "hello.ns");
    if (!resume_keep(m))
        machine_boot(m);
    return true;
}

static void booted(struct monitor *m, const struct nf_frame *frame)
{
    m->booted = now_ns();
    if (resume_pending(m)) /* it came to life when it got its BOOT */
        m->hello = m->booted - (number(frame, "booted.ns") - number(frame, "boot.ns"));
    m->boot_deadline = 0;
    m->phase = RUNNING;
    resume_end(&m->resume);
}

/* What commands left running, says the guest. It is for the user to read, and keeps the VM as any command could. */
static void left(struct monitor *m, const struct nf_frame *frame)
{
    struct nf_pairs pairs = nf_pairs_of(frame->payload, frame->length);
    const char *key, *value;
    size_t length = 0;
    m->left = number(frame, "count");
    m->left_by[0] = 0;
    while (nf_pairs_next(&pairs, &key, &value))
        if (strcmp(key, "by") == 0 && length + strlen(value) + 3 < sizeof m->left_by)
            length += (size_t)snprintf(m->left_by + length, sizeof m->left_by - length, "%s%s", length > 0 ? ", " : "", value);
    status_write(m);
}

static bool machine_frame(struct monitor *m, const struct nf_frame *frame)
{
    if (frame->type == NF_CLOCK)
        return clock_tell(m, nf_u64(frame, 0));
    if (resume_pending(m) && (frame->type != NF_BOOTED || m->resume.failed)) {
        if (frame->type != NF_NOTE)
            resume_fail(m);
        return true;
    }
    switch (frame->type) {
    case NF_HELLO:
        return hello(m, frame);
    case NF_BOOTED:
        if (m->phase != BOOTING)
            return false;
        booted(m, frame);
        return true;
    case NF_FAIL:
        monitor_fail(m, "%.*s", (int)(frame->length > 4 ? frame->length - 4 : 0), (const char *)frame->payload + 4);
        return true;
    case NF_NOTE:
        return true;
    case NF_LEFT:
        left(m, frame);
        return true;
    case NF_BYE:
        /* Of its own accord only when it was cut off, or its root has made it so. */
        if (m->phase != ENDING)
            monitor_fail(m, "the VM ended before the command did");
        m->phase = OVER;
        vmm_kill(&m->vmm);
        return true;
    default:
        return false;
    }
}

static void timing_send(struct monitor *m, struct client *client, const struct nf_frame *frame)
{
    struct nf_buffer pairs;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_pair_add_number(&pairs, "vmm", m->vmm.executed);
    nf_pair_add_number(&pairs, "hello", m->hello);
    nf_pair_add_number(&pairs, "booted", m->booted);
    nf_pair_add_number(&pairs, "started", now_ns());
    nf_pair_add_number(&pairs, "guest.init", m->guest_init);
    nf_pair_add_number(&pairs, "guest.hello", m->guest_hello);
    nf_pair_add_number(&pairs, "guest.exec", nf_u64(frame, 0));
    nf_put(&client->out, NF_TIMING, 0, pairs.data, nf_buffer_size(&pairs));
    nf_buffer_free(&pairs);
}

/* The session is over: how long may the VM stay for it? */
static void finished(struct monitor *m, struct client *client)
{
    client->finished = true;
    if (client->linger != 0)
        m->stays = true;
    uint64_t until = client->linger > 0 ? now_ns() + (uint64_t)client->linger * 1000000000ULL : 0;
    if (until > m->linger_until)
        m->linger_until = until;
}

/* Checked, then to the front-end; false ends the VM. */
static bool session_frame(struct monitor *m, struct client *client, const struct nf_frame *frame)
{
    if (frame->type >= NF_DATA) {
        bool data = frame->type < NF_EOF;
        uint32_t stream = frame->type - (data ? NF_DATA : NF_EOF), *credit = &client->credit[stream];
        if (nf_to_guest(stream) || (data && frame->length > *credit))
            return false;
        *credit -= frame->length;
        return client->fd < 0 || nf_put(&client->out, frame->type, 0, frame->payload, frame->length) == 0;
    }
    switch (frame->type) {
    case NF_STARTED:
        if (client->started)
            return false;
        client->started = true;
        timing_send(m, client, frame);
        break;
    case NF_WINDOW_ADD: {
        uint32_t stream = nf_u32(frame, 0), bytes = nf_u32(frame, 4);
        if (!nf_to_guest(stream) || bytes > NF_WINDOW - client->credit[stream])
            return false;
        client->credit[stream] += bytes;
        break;
    }
    case NF_EXIT:
    case NF_FAIL:
        if (resume_pending(m)) {
            resume_fail(m);
            return true;
        }
        if (client->exited)
            return false;
        room_look(m, false); /* its line comes before the result */
        client->exited = true;
        if (frame->type == NF_FAIL || nf_u32(frame, 16) == 0)
            finished(m, client);
        break;
    case NF_ENDED:
        if (!client->exited)
            return false;
        finished(m, client);
        break;
    case NF_CLOSED:
        if (!nf_to_guest(nf_u32(frame, 0)))
            return false;
        break;
    case NF_USED:
    case NF_WANTED:
    case NF_STOPPED:
    case NF_NOTE:
        break;
    case NF_SIGNALLED:
        return true; /* that it came has ended the deadline */
    default:
        return false;
    }
    bool ok = client->fd < 0 || nf_put(&client->out, frame->type, 0, frame->payload, frame->length) == 0;
    if (client->finished) {
        if (client->fd < 0)
            client_free(client);
        status_write(m);
    }
    return ok;
}

static bool take(struct monitor *m, const struct nf_frame *frame)
{
    if (frame->session == 0)
        return machine_frame(m, frame);
    struct client *client = client_of(m, frame->session);
    if (!client || client->finished)
        return true; /* has ended while this was under way */
    return client->requested && session_frame(m, client, frame);
}

void machine_read(struct monitor *m)
{
    ssize_t n = link_fill(&m->link, &m->in, 2 * NF_PAYLOAD_MAX);
    struct nf_frame frame;
    int result = 0;
    if (n == 0 || (n < 0 && errno != EAGAIN)) {
        if (resume_pending(m)) {
            resume_fail(m);
            link_close(&m->link);
            return;
        }
        if (m->phase < RUNNING) { /* the VMM has said why, and the keeper will say that it is gone */
            link_close(&m->link);
            vmm_kill(&m->vmm);
            return;
        }
        if (m->phase < ENDING)
            monitor_fail(m, "the VM ended before the command did");
        else
            vmm_kill(&m->vmm);
        m->phase = OVER;
        return;
    }
    if (n > 0)
        m->answer_deadline = 0;
    while (m->phase != OVER && (result = nf_frame_next(&m->in, &frame)) > 0) {
        if (!take(m, &frame)) {
            result = -1;
            break;
        }
        nf_frame_done(&m->in, &frame);
    }
    if (result < 0 && resume_pending(m))
        resume_fail(m);
    else if (m->phase != OVER && result < 0)
        monitor_fail(m, "the VM broke the protocol and was killed");
}

void machine_flush(struct monitor *m)
{
    if (m->link.fd >= 0 && link_flush(&m->link, &m->out, 2 * NF_WINDOW) < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET)
        monitor_fail(m, "the VM can't be reached: %s", strerror(errno));
}

void machine_signal_all(struct monitor *m, int number)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++) {
        const struct client *client = &m->clients[i];
        if (client->session == 0 || !client->requested || client->finished)
            continue;
        if (client->exited) /* there is no command any more that could end */
            nf_put(&m->out, NF_HANGUP, client->session, NULL, 0);
        else
            nf_put_u32(&m->out, NF_SIGNAL, client->session, (uint32_t)number);
    }
}

void machine_hangup_all(struct monitor *m)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (m->clients[i].session != 0 && m->clients[i].requested && !m->clients[i].finished)
            nf_put(&m->out, NF_HANGUP, m->clients[i].session, NULL, 0);
}
