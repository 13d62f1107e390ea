/*
 * Every type of frame with every short payload, in both directions: what has not the form that its type asks for ends the VM
 * (from the guest) or the front-end (from there), and is never taken for a number that it does not hold.
 */
#include "monitor.h"

#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char plan_bytes[] = "format\0nofear-plan-1\0profile\0test\0";

enum { ANY = -1, NEVER = -2, LONGEST = 40 };

/* The one length that a type may have, by the type. Written down again, not taken from buffer.c. */
static int length_of(unsigned type)
{
    switch (type) {
    case NF_HANGUP: case NF_WANTED: case NF_BYE: case NF_ENDED:
        return 0;
    case NF_CLOSED: case NF_SIGNAL: case NF_SIGNALLED: case NF_STOPPED: case NF_SHUTDOWN:
        return 4;
    case NF_STARTED: case NF_WINDOW_ADD: case NF_RESIZE:
        return 8;
    case NF_USED:
        return 12;
    case NF_CLOCK:
        return 16;
    case NF_EXIT:
        return 20;
    case NF_HELLO: case NF_BOOT: case NF_BOOTED: case NF_EXEC_PART: case NF_EXEC_END: case NF_NOTE: case NF_TIMING: case NF_FAIL: case NF_LEFT:
        return ANY;
    default:
        return type >= NF_DATA && type < NF_DATA + NF_STREAMS ? ANY : type >= NF_EOF && type < NF_EOF + NF_STREAMS ? 0 : NEVER;
    }
}

static void raw_put(struct nf_buffer *out, unsigned type, unsigned session, size_t length, const unsigned char *payload)
{
    unsigned char header[NF_HEADER];
    nf_store_u32(header, (uint32_t)length);
    nf_store_u16(header + 4, (uint16_t)type);
    nf_store_u16(header + 6, (uint16_t)session);
    nf_buffer_add(out, header, sizeof header);
    nf_buffer_add(out, payload, length);
}

static struct monitor m;
static int channel[2], front[2];

static void begin(const struct plan *plan, bool requested)
{
    memset(&m, 0, sizeof m);
    m.plan = plan;
    m.phase = RUNNING;
    m.profile = m.gate = m.lock = m.listener = m.clock = m.log = m.signals = -1;
    m.vmm = (struct vmm){.keeper = -1, .pid = -1, .pidfd = -1, .log = -1, .keeper_fd = -1};
    m.run = (struct rundir){.base = -1, .fd = -1, .alive = -1};
    m.resume = resume_none;
    nf_buffer_init(&m.in, 8 * NF_PAYLOAD_MAX);
    nf_buffer_init(&m.out, 32U << 20);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, channel) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, front) < 0)
        exit(2);
    m.link.fd = channel[0];
    struct client *client = client_add(&m, front[0]);
    client->greeted = true;
    client->requested = requested;
}

static void end(void)
{
    for (int i = 0; i < NF_SESSIONS_MAX; i++)
        if (m.clients[i].session != 0)
            client_free(&m.clients[i]);
    close(channel[0]);
    close(channel[1]);
    close(front[1]);
    nf_buffer_free(&m.in);
    nf_buffer_free(&m.out);
}

/* Of the guest, in a session or as the machine. Whether it was cut off; *result: that a result went to the front-end. */
static bool guest_says(const struct plan *plan, unsigned type, unsigned session, size_t length, const unsigned char *payload,
                       bool *result)
{
    struct nf_buffer out;
    struct nf_frame frame;
    nf_buffer_init(&out, 1 << 20);
    begin(plan, true);
    raw_put(&out, type, session, length, payload);
    nf_buffer_flush(&out, channel[1], NF_WINDOW);
    machine_read(&m);
    *result = false;
    for (int more; (more = nf_frame_next(&m.clients[0].out, &frame)) > 0; nf_frame_done(&m.clients[0].out, &frame))
        *result |= frame.type == NF_EXIT;
    bool off = m.phase == OVER;
    end();
    nf_buffer_free(&out);
    return off;
}

/* Of a front-end: whether it was sent away. */
static bool front_says(const struct plan *plan, unsigned type, size_t length, const unsigned char *payload, bool *passed)
{
    struct nf_buffer out;
    nf_buffer_init(&out, 1 << 20);
    begin(plan, type != NF_EXEC_PART && type != NF_EXEC_END);
    raw_put(&out, type, 0, length, payload);
    nf_buffer_flush(&out, front[1], NF_WINDOW);
    client_read(&m, &m.clients[0]);
    bool off = m.clients[0].session == 0 || m.clients[0].fd < 0;
    struct nf_frame frame;
    *passed = nf_frame_next(&m.out, &frame) > 0 && frame.type == type && frame.length == length;
    end();
    nf_buffer_free(&out);
    return off;
}

/* A front-end with other options asks a VM to make way. Whether it goes. */
static bool makes_way(const struct plan *plan, uint64_t left, bool other)
{
    static const char asks[] = "version\0" NF_VERSION "\0yield\0" "1";
    struct nf_buffer out;
    nf_buffer_init(&out, 1 << 16);
    begin(plan, false);
    m.clients[0].greeted = false;
    m.stays = true;
    m.left = left;
    m.linger_until = UINT64_MAX;
    if (other)
        client_add(&m, dup(channel[0]))->requested = true;
    raw_put(&out, NF_HELLO, 0, sizeof asks, (const unsigned char *)asks);
    nf_buffer_flush(&out, front[1], NF_WINDOW);
    client_read(&m, &m.clients[0]);
    bool goes = m.yields && m.linger_until == 0 && m.clients[0].session == 0;
    end();
    nf_buffer_free(&out);
    return goes;
}

int main(void)
{
    struct plan plan = {.data = (char *)plan_bytes, .length = sizeof plan_bytes - 1};
    unsigned char payload[LONGEST] = {0};
    bool cut = true, sent_away = true, no_result = true, some = false, passed = false, other;
    plan.pairs = nf_pairs_of(plan.data, plan.length);
    signal(SIGPIPE, SIG_IGN);
    for (unsigned type = 0; type < NF_TYPES + 16; type++)
        for (size_t length = 0; length < LONGEST; length++) {
            int right = length_of(type);
            bool odd = right == NEVER || (right >= 0 && (size_t)right != length) || (type == NF_FAIL && length < 4) ||
                       (right == ANY && type >= NF_DATA && length == 0);
            if (!odd)
                continue;
            bool result;
            cut &= guest_says(&plan, type, 1, length, payload, &result) && guest_says(&plan, type, 0, length, payload, &other);
            no_result &= !result;
            sent_away &= front_says(&plan, type, length, payload, &other);
            no_result &= !other;
        }
    CHECK("a guest that says a frame of another length than its type's is cut off", cut);
    CHECK("a front-end that does is sent away", sent_away);
    CHECK("and nothing of it is passed on", no_result);

    static const uint32_t bad[][2] = {{2, 0}, {0, 256}, {1, 0}, {1, 65}, {~0U, ~0U}};
    bool refused = true;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        nf_store_u32(payload, bad[i][0]);
        nf_store_u32(payload + 4, bad[i][1]);
        refused &= guest_says(&plan, NF_EXIT, 1, 20, payload, &other) && !other;
    }
    CHECK("a status that is none is no result", refused);
    memset(payload, 0, sizeof payload);
    CHECK("one that is, is", !guest_says(&plan, NF_EXIT, 1, 20, payload, &some) && some);
    nf_store_u32(payload + 16, 2);
    CHECK("nor is one with half a tail", guest_says(&plan, NF_EXIT, 1, 20, payload, &other) && !other);
    memset(payload, 0, sizeof payload);
    CHECK("an end that nobody announced is none", guest_says(&plan, NF_ENDED, 1, 0, payload, &other));
    CHECK("what commands left is the machine's to say", !guest_says(&plan, NF_LEFT, 0, 0, payload, &other) &&
                                                            guest_says(&plan, NF_LEFT, 1, 0, payload, &other));
    CHECK("what the caller handed over, is not sent before it is asked for",
          front_says(&plan, NF_DATA + NF_MORE_IN, 1, payload, &passed) && !passed);
    CHECK("but its end may be", !front_says(&plan, NF_EOF + NF_MORE_IN + 15, 0, payload, &passed) && passed);
    CHECK("nor may a front-end write what it reads", front_says(&plan, NF_DATA + NF_MORE_OUT, 1, payload, &passed) && !passed);
    CHECK("a question for the time is answered", !guest_says(&plan, NF_CLOCK, 0, 16, payload, &other) && !other);
    CHECK("but not in a session", guest_says(&plan, NF_CLOCK, 1, 16, payload, &other));
    CHECK("nor a front-end's", front_says(&plan, NF_CLOCK, 16, payload, &passed) && !passed);
    nf_store_u32(payload, SIGTERM);
    CHECK("a signal is passed on", !front_says(&plan, NF_SIGNAL, 4, payload, &passed) && passed);
    nf_store_u32(payload, 0);
    CHECK("signal 0 is not", front_says(&plan, NF_SIGNAL, 4, payload, &passed) && !passed);
    nf_store_u32(payload, NF_IN);
    CHECK("a front-end can't close what it writes", front_says(&plan, NF_CLOSED, 4, payload, &passed) && !passed);
    nf_store_u32(payload, NF_OUT);
    CHECK("nor a guest", guest_says(&plan, NF_CLOSED, 1, 4, payload, &other));
    CHECK("a VM that only lingers makes way for another", makes_way(&plan, 0, false));
    CHECK("not one that a daemon keeps", !makes_way(&plan, 1, false));
    CHECK("nor one in which a command runs", !makes_way(&plan, 0, true));
    CHECK_END();
}
