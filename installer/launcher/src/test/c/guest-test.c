/*
 * machine.c and clients.c against a guest that says anything: the monitor stays in its bounds, cuts the guest off, and every
 * front-end gets an answer.
 */
#include "monitor.h"

#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 4000, FRAMES = 40 };

static const char plan_bytes[] = "format\0nofear-plan-2\0profile\0test\0boot.hostname\0box\0";

static void socket_pair(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        exit(2);
}

/* Mostly frames that could be, with contents that should not. */
static void say_something(struct nf_buffer *out)
{
    unsigned char payload[64];
    size_t length = (size_t)check_random(sizeof payload);
    for (size_t i = 0; i < length; i++)
        payload[i] = (unsigned char)(check_random(2) ? check_random(4) : check_random(256));
    switch (check_random(20)) {
    case 0: /* noise */
        nf_buffer_add(out, payload, length);
        break;
    case 1: { /* more than there is credit for */
        static unsigned char large[NF_PAYLOAD_MAX];
        nf_put(out, NF_DATA + NF_OUT, 1 + (unsigned)check_random(3), large, 1 + (size_t)check_random(sizeof large));
        break;
    }
    case 2:
        nf_put(out, NF_HELLO, 0, "version\0" "1\0", 10);
        break;
    case 3:
        nf_put(out, NF_BOOTED, 0, NULL, 0);
        break;
    case 4:
        nf_put_u32s(out, NF_WINDOW_ADD, 1 + (unsigned)check_random(3), (uint32_t)check_random(7), (uint32_t)check_random(1 << 30));
        break;
    default:
        nf_put(out, 1 + (unsigned)check_random(NF_TYPES - 1), (unsigned)check_random(5), payload, length);
    }
}

/* One guest's life. True if nothing that must hold was broken. */
static bool life(const struct plan *plan, int *cut_off)
{
    static struct monitor m;
    struct nf_buffer out;
    int channel[2], front[3][2];
    bool ok = true;
    memset(&m, 0, sizeof m);
    m.plan = plan;
    m.profile = m.gate = m.lock = m.listener = m.clock = m.log = m.signals = -1;
    m.vmm = (struct vmm){.keeper = -1, .pid = -1, .pidfd = -1, .log = -1, .keeper_fd = -1};
    m.run = (struct rundir){.base = -1, .fd = -1, .alive = -1};
    nf_buffer_init(&m.in, 8 * NF_PAYLOAD_MAX);
    nf_buffer_init(&m.out, 32U << 20);
    nf_buffer_init(&out, 16U << 20);
    socket_pair(channel);
    m.link.fd = channel[0];
    for (int i = 0; i < 3; i++) {
        socket_pair(front[i]);
        struct client *client = client_add(&m, front[i][0]);
        client->greeted = true;
        client->requested = i != 2; /* the third has asked for nothing yet */
    }
    for (int i = 0; i < FRAMES && m.phase != OVER; i++) {
        say_something(&out);
        nf_buffer_flush(&out, channel[1], NF_WINDOW);
        machine_read(&m);
        for (int c = 0; c < NF_SESSIONS_MAX; c++) {
            struct client *client = &m.clients[c];
            if (client->session == 0)
                continue;
            for (int stream = 0; stream < NF_STREAMS; stream++)
                ok &= client->credit[stream] <= NF_WINDOW;
            ok &= nf_buffer_size(&client->out) <= client->out.limit && (client->requested || !client->started);
            client_flush(&m, client);
        }
        if (check_random(30) == 0 && m.clients[0].session != 0)
            client_gone(&m, &m.clients[0]);
    }
    if (m.phase == OVER) {
        (*cut_off)++;
        for (int c = 0; c < NF_SESSIONS_MAX; c++)
            ok &= m.clients[c].session == 0 || m.clients[c].finished;
    }
    for (int c = 0; c < NF_SESSIONS_MAX; c++)
        if (m.clients[c].session != 0)
            client_free(&m.clients[c]);
    for (int i = 0; i < 3; i++)
        close(front[i][1]);
    close(channel[0]);
    close(channel[1]);
    nf_buffer_free(&m.in);
    nf_buffer_free(&m.out);
    nf_buffer_free(&out);
    return ok;
}

/* The time between before and after, and what was asked; a guest that only asks and never reads gets no more than fits. */
static bool time_is_told(void)
{
    static struct monitor m;
    struct timespec before, after;
    struct nf_frame frame;
    size_t answers = 1;
    nf_buffer_init(&m.out, 1U << 16);
    clock_gettime(CLOCK_REALTIME, &before);
    bool ok = clock_tell(&m, 4711) && nf_frame_next(&m.out, &frame) == 1;
    clock_gettime(CLOCK_REALTIME, &after);
    uint64_t told = ok ? nf_u64(&frame, 8) : 0;
    ok = ok && frame.type == NF_CLOCK && frame.session == 0 && nf_u64(&frame, 0) == 4711 &&
         told >= (uint64_t)before.tv_sec * 1000000000U + (uint64_t)before.tv_nsec &&
         told <= (uint64_t)after.tv_sec * 1000000000U + (uint64_t)after.tv_nsec;
    while (answers < 1U << 16 && clock_tell(&m, 1))
        answers++;
    ok = ok && answers == (1U << 16) / (NF_HEADER + 16);
    nf_buffer_free(&m.out);
    return ok;
}

int main(void)
{
    struct plan plan = {.data = (char *)plan_bytes, .length = sizeof plan_bytes - 1};
    bool ok = true;
    int cut_off = 0;
    plan.pairs = nf_pairs_of(plan.data, plan.length);
    check_seed();
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < RUNS; i++)
        ok &= life(&plan, &cut_off);
    CHECK("whatever a guest says, the monitor stays in its bounds and every front-end gets an answer", ok);
    CHECK("a guest that asks for the time is told", time_is_told());
    CHECK("a guest that breaks the protocol is cut off", cut_off > RUNS / 2);
    CHECK_END();
}
