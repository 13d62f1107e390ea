/* packets.c: whatever a way does to packets, the bytes come through once and in order, and what is no packet is as if it had
 * not come. */
#include "packets.h"

#include "check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS 1000000ULL
enum { FRAME_MOST = NF_PACKET_FRAME + NF_PACKET_BYTES };

static const uint8_t host[6] = NF_PACKET_HOST, guest[6] = NF_PACKET_GUEST;

/* One side: its packets, what it has to say and what it has heard; far is the way's end of its socket. */
struct side {
    struct nf_packets *packets;
    struct nf_buffer in, out;
    int fd, far;
};

static void side_open(struct side *side, bool is_host)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        exit(2);
    side->packets = calloc(1, sizeof *side->packets);
    side->fd = ends[0];
    side->far = ends[1];
    nf_packets_init(side->packets, ends[0], is_host ? NF_PACKET_PREFIX : 0, is_host ? host : guest, is_host ? guest : host);
    nf_buffer_init(&side->in, 1 << 20);
    nf_buffer_init(&side->out, 1 << 20);
}

static void side_close(struct side *side)
{
    close(side->fd);
    if (side->far >= 0)
        close(side->far);
    nf_buffer_free(&side->in);
    nf_buffer_free(&side->out);
    free(side->packets);
}

static void say(struct side *side, const char *text)
{
    nf_buffer_add(&side->out, text, strlen(text));
}

/* The frame that a side has written, or 0. */
static size_t heard(struct side *side, uint8_t frame[FRAME_MOST])
{
    ssize_t n = recv(side->far, frame, FRAME_MOST, MSG_DONTWAIT);
    return n < 0 ? 0 : (size_t)n;
}

static void hears(struct side *side, const uint8_t *frame, size_t n)
{
    if (send(side->far, frame, n, MSG_DONTWAIT) != (ssize_t)n)
        exit(2);
}

/* From the host's side to the guest's, without the header of virtio, and back with it. */
static void carry(struct side *from, struct side *to)
{
    uint8_t frame[NF_PACKET_PREFIX + FRAME_MOST] = {0};
    for (size_t n; (n = heard(from, frame + NF_PACKET_PREFIX));) {
        size_t skip = from->packets->prefix, prefix = to->packets->prefix;
        hears(to, frame + NF_PACKET_PREFIX + skip - prefix, n - skip + prefix);
    }
}

static void plain(void)
{
    struct side a, b;
    uint8_t frame[FRAME_MOST];
    side_open(&a, true);
    side_open(&b, false);
    CHECK("nothing to say is nothing to write", nf_packets_flush(a.packets, &a.out, MS) == 0 && heard(&a, frame) == 0);
    CHECK("nor is there anything to wait for", nf_packets_events(a.packets, &a.out) == POLLIN && nf_packets_deadline(a.packets) == 0);
    CHECK("nothing there is EAGAIN", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && errno == EAGAIN);
    say(&a, "hello");
    CHECK("something to say is to be written", nf_packets_events(a.packets, &a.out) & POLLOUT);
    CHECK("it is written", nf_packets_flush(a.packets, &a.out, MS) == 0 && nf_buffer_size(&a.out) == 0 && !nf_packets_settled(a.packets));
    carry(&a, &b);
    CHECK("and comes", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) == 5 && memcmp(b.in.data, "hello", 5) == 0);
    CHECK("the sender learns it soon, but not at once: there may be an answer",
          nf_packets_flush(b.packets, &b.out, MS) == 0 && heard(&b, frame) == 0 && nf_packets_deadline(b.packets) == 21 * MS);
    CHECK("then it does", nf_packets_flush(b.packets, &b.out, 21 * MS) == 0 && nf_packets_deadline(b.packets) == 0);
    carry(&b, &a);
    CHECK("which is nothing for the stream",
          nf_packets_fill(a.packets, &a.in, 1 << 16, 22 * MS) < 0 && errno == EAGAIN && nf_packets_settled(a.packets));
    CHECK("and the timer is off", nf_packets_deadline(a.packets) == 0);
    close(a.far);
    a.far = -1;
    CHECK("the other end's close is the end", nf_packets_fill(a.packets, &a.in, 1 << 16, MS) == 0);
    side_close(&a);
    side_close(&b);
}

static void window(void)
{
    static uint8_t bytes[NF_PACKET_BYTES];
    struct side a, b;
    uint8_t frame[FRAME_MOST];
    int written = 0;
    side_open(&a, false);
    side_open(&b, true);
    for (int i = 0; i < 2 * NF_PACKET_WINDOW; i++) {
        nf_buffer_add(&a.out, bytes, sizeof bytes);
        nf_packets_flush(a.packets, &a.out, MS);
        while (heard(&a, frame) > 0)
            written++;
    }
    CHECK("no more than a window is under way", written == NF_PACKET_WINDOW);
    CHECK("a full window waits for the peer, not for the descriptor",
          nf_packets_events(a.packets, &a.out) == POLLIN && nf_packets_deadline(a.packets) == 201 * MS);
    CHECK("after a time the oldest is written again, and only that",
          nf_packets_flush(a.packets, &a.out, 201 * MS) == 0 && heard(&a, frame) > 0 && frame[18] == 0 && heard(&a, frame) == 0);
    CHECK("then after twice the time", nf_packets_deadline(a.packets) == 601 * MS);
    CHECK("a full descriptor is EAGAIN", (a.packets->sent = 0, nf_packets_flush(a.packets, &a.out, MS) < 0 && errno == EAGAIN));
    CHECK("and waits for that", nf_packets_events(a.packets, &a.out) & POLLOUT && nf_packets_deadline(a.packets) == 0);
    side_close(&a);
    side_close(&b);
}

/* A packet that b would take, with one thing wrong with it. */
static void nonsense(void)
{
    struct side a, b;
    uint8_t good[FRAME_MOST], frame[FRAME_MOST + 100] = {0};
    bool ok = true;
    side_open(&a, false);
    side_open(&b, false);
    memcpy(b.packets->own, host, 6);
    say(&a, "payload");
    nf_packets_flush(a.packets, &a.out, MS);
    size_t n = heard(&a, good);
    for (size_t length = 1; length < n; length++) {
        hears(&b, good, length);
        ok &= nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && errno == EAGAIN;
    }
    CHECK("a packet that is cut short anywhere is none", ok);
    ok = true;
    for (size_t at = 12; at < 18; at++) {
        memcpy(frame, good, n);
        frame[at] ^= 1;
        hears(&b, frame, n);
        ok &= nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && errno == EAGAIN;
    }
    CHECK("nor is one of another type", ok);
    memcpy(frame, good, n);
    memset(frame + 26, 0xff, 2);
    hears(&b, frame, n);
    CHECK("nor one that is longer than it is", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0);
    hears(&b, frame, sizeof frame);
    CHECK("or than any may be", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0);
    memcpy(frame, good, n);
    frame[22] = 1;
    hears(&b, frame, n);
    CHECK("what acknowledges more than was said acknowledges nothing", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) == 7 &&
                                                                           b.packets->first == 0 && b.packets->next == 0);
    hears(&b, good, n);
    CHECK("what has come before does not come again", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && nf_buffer_size(&b.in) == 7);
    frame[18] = 77;
    hears(&b, frame, n);
    CHECK("nor does what is far ahead, and nobody is told", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && !b.packets->again);
    frame[18] = 3;
    hears(&b, frame, n);
    CHECK("what follows a gap waits for it, and the sender is told", nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && b.packets->again);
    CHECK("once", nf_packets_flush(b.packets, &b.out, MS) == 0 && heard(&b, good) > 0 && good[28] == 1 &&
                      (hears(&b, frame, n), nf_packets_fill(b.packets, &b.in, 1 << 16, MS) < 0 && !b.packets->again));
    side_close(&a);
    side_close(&b);
}

/* What a bad way has under way. */
struct way {
    struct {
        size_t n;
        uint8_t frame[NF_PACKET_PREFIX + FRAME_MOST];
    } held[8];
    size_t count;
    unsigned badness; /* of 100 packets, those that something happens to */
};

static void way_out(struct way *way, struct side *to, size_t i)
{
    size_t prefix = to->packets->prefix;
    send(to->far, way->held[i].frame + NF_PACKET_PREFIX - prefix, way->held[i].n + prefix, MSG_DONTWAIT); /* full: lost */
    way->held[i] = way->held[--way->count];
}

static void way_turn(struct way *way, struct side *from, struct side *to)
{
    static uint8_t frame[FRAME_MOST + NF_PACKET_PREFIX];
    for (size_t n; (n = heard(from, frame)) > 0;) {
        bool bad = check_random(100) < way->badness;
        uint64_t what = bad ? 1 + check_random(5) : 0;
        n -= from->packets->prefix;
        uint8_t *plain = frame + from->packets->prefix;
        if (what == 1)
            continue;
        if (what == 2)
            n = (size_t)check_random(n);
        if (what == 3) /* but not its payload, which a way inside one machine does not change */
            for (int i = 0; i < 3; i++)
                plain[check_random(NF_PACKET_ETHERNET + 4)] ^= (uint8_t)(1 + check_random(255));
        for (int copies = what == 4 ? 2 : 1; copies > 0; copies--) {
            if (way->count == sizeof way->held / sizeof way->held[0])
                way_out(way, to, (size_t)check_random(way->count));
            memset(way->held[way->count].frame, 0, NF_PACKET_PREFIX);
            memcpy(way->held[way->count].frame + NF_PACKET_PREFIX, plain, n);
            way->held[way->count++].n = n;
        }
        while (way->count > 0 && what != 5) /* 5: it is held back, and others go before it */
            way_out(way, to, way->badness == 0 ? 0 : (size_t)check_random(way->count));
    }
    while (way->count > 0)
        way_out(way, to, (size_t)check_random(way->count));
}

static uint8_t byte_of(size_t number, int side)
{
    return (uint8_t)((number * 31 >> 3) + (size_t)side * 7);
}

/* Both sides talk at once, at any pace. */
static bool conversation(unsigned badness, size_t total, uint32_t begin)
{
    static struct way ways[2];
    struct side sides[2];
    size_t said[2] = {0, 0}, got[2] = {0, 0};
    uint64_t now = MS;
    bool ok = true;
    for (int i = 0; i < 2; i++) {
        side_open(&sides[i], i == 0);
        ways[i].count = 0;
        ways[i].badness = badness;
        struct nf_packets *packets = sides[i].packets;
        packets->first = packets->sent = packets->next = packets->recovered = packets->expected = packets->told = begin;
    }
    for (long turns = 0; ok && (got[0] < total || got[1] < total); turns++) {
        bool moved = false;
        for (int i = 0; i < 2; i++) {
            struct side *side = &sides[i];
            uint8_t bytes[3000];
            for (uint64_t pieces = check_random(12); pieces > 0 && said[i] < total; pieces--) {
                size_t n = 1 + (size_t)check_random(sizeof bytes);
                if (n > total - said[i])
                    n = total - said[i];
                for (size_t k = 0; k < n; k++)
                    bytes[k] = byte_of(said[i] + k, i);
                if (nf_buffer_add(&side->out, bytes, n) == 0)
                    said[i] += n;
            }
            if (nf_packets_flush(side->packets, &side->out, now) < 0)
                ok &= errno == EAGAIN;
            way_turn(&ways[i], side, &sides[1 - i]);
            ssize_t n = check_random(4) > 0 ? nf_packets_fill(side->packets, &side->in, (size_t)check_random(1 << 17), now) : 0;
            moved |= n > 0;
            for (size_t k = 0; k < nf_buffer_size(&side->in); k++)
                ok &= side->in.data[side->in.start + k] == byte_of(got[i] + k, 1 - i);
            got[i] += nf_buffer_size(&side->in);
            nf_buffer_drop(&side->in, nf_buffer_size(&side->in));
            ok &= side->packets->next - side->packets->first <= NF_PACKET_WINDOW;
        }
        now += moved ? MS / 10 : 5 * MS;
        ok &= turns < 2000000;
    }
    for (int i = 0; i < 2; i++) {
        ok &= got[i] == total;
        side_close(&sides[i]);
    }
    return ok;
}

/* Whatever a guest may send: nothing is written out of bounds (the sanitizers), no state is impossible. */
static bool noise(void)
{
    struct side side;
    uint8_t frame[FRAME_MOST + 64];
    bool ok = true;
    side_open(&side, true);
    for (int i = 0; i < 20000; i++) {
        size_t n = 1 + (size_t)check_random(check_random(20) == 0 ? sizeof frame : 100);
        for (size_t k = 0; k < n && k < 120; k++)
            frame[k] = (uint8_t)check_random(256);
        if (n >= NF_PACKET_FRAME && check_random(10) > 0) {
            uint8_t *at = frame + NF_PACKET_PREFIX;
            at[12] = 0x88, at[13] = 0xb5;
            memcpy(at + 14, "NFP1", 4);
            for (size_t field = 18; field < 26; field += 4)
                nf_store_u32(at + field, (field == 18 ? side.packets->expected : side.packets->next) + (uint32_t)check_random(80) - 40);
            nf_store_u16(at + 26, (uint16_t)check_random(check_random(2) ? 65536 : n - NF_PACKET_FRAME + 1));
        }
        send(side.far, frame, n, MSG_DONTWAIT);
        say(&side, "words");
        nf_packets_flush(side.packets, &side.out, (uint64_t)i * MS);
        nf_packets_fill(side.packets, &side.in, (size_t)check_random(1 << 16), (uint64_t)i * MS);
        nf_buffer_drop(&side.in, nf_buffer_size(&side.in));
        while (heard(&side, frame) > 0)
            continue;
        const struct nf_packets *p = side.packets;
        ok &= p->next - p->first <= NF_PACKET_WINDOW && p->sent - p->first <= p->next - p->first;
        if (nf_buffer_size(&side.out) > 1 << 19)
            nf_buffer_drop(&side.out, nf_buffer_size(&side.out));
    }
    side_close(&side);
    return ok;
}

int main(void)
{
    check_seed();
    signal(SIGPIPE, SIG_IGN);
    plain();
    window();
    nonsense();
    CHECK("a good way: every byte comes through once, in order", conversation(0, 8000000, 0));
    CHECK("a bad way: too", conversation(5, 4000000, 0));
    CHECK("a way on which half is lost, cut, changed, doubled or out of order: too", conversation(50, 1000000, 0));
    CHECK("also where the numbers wrap", conversation(10, 4000000, 0xffffffe0U));
    CHECK("noise leads nowhere", noise());
    CHECK_END();
}
