/*
 * packets.c - see packets.h.
 */
#include "packets.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define MAGIC 0x3150464eU /* NFP1 */
#define MS 1000000ULL
enum { AGAIN = 1, RETRY_MS = 200, RETRY_LONGEST_MS = 3200, TELL_MS = 20, TELL_PACKETS = NF_PACKET_WINDOW / 4 };

void nf_packets_init(struct nf_packets *packets, int fd, size_t prefix, const uint8_t own[6], const uint8_t peer[6])
{
    packets->fd = fd;
    packets->prefix = prefix;
    memcpy(packets->own, own, sizeof packets->own);
    memcpy(packets->peer, peer, sizeof packets->peer);
    packets->first = packets->sent = packets->next = packets->recovered = packets->expected = packets->told = 0;
    packets->gap = packets->again = packets->blocked = false;
    packets->pause = RETRY_MS;
    packets->retry_at = packets->tell_at = 0;
}

static uint32_t load_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint16_t load_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint8_t *slot(struct nf_packets *packets, uint32_t number)
{
    return packets->slots[number % NF_PACKET_WINDOW];
}

/* Writes a frame whose payload is there already. What the kernel has no memory for is lost, as on the way. */
static bool transmit(struct nf_packets *packets, uint8_t *frame, uint32_t number, size_t length)
{
    uint8_t *at = frame + NF_PACKET_PREFIX;
    ssize_t n;
    memset(frame, 0, NF_PACKET_PREFIX);
    memcpy(at, packets->peer, 6);
    memcpy(at + 6, packets->own, 6);
    at[12] = NF_PACKET_TYPE >> 8;
    at[13] = NF_PACKET_TYPE & 0xff;
    nf_store_u32(at + 14, MAGIC);
    nf_store_u32(at + 18, number);
    nf_store_u32(at + 22, packets->expected);
    nf_store_u16(at + 26, (uint16_t)length);
    nf_store_u16(at + 28, packets->again ? AGAIN : 0);
    do
        n = send(packets->fd, at - packets->prefix, packets->prefix + NF_PACKET_ETHERNET + NF_PACKET_HEADER + length,
                 MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != ENOBUFS && errno != ENOMEM) {
        packets->blocked = errno == EAGAIN;
        return false;
    }
    packets->told = packets->expected;
    packets->again = packets->blocked = false;
    packets->tell_at = 0;
    return true;
}

static bool send_numbered(struct nf_packets *packets, uint32_t number)
{
    return transmit(packets, slot(packets, number), number, packets->lengths[number % NF_PACKET_WINDOW]);
}

static bool window_open(const struct nf_packets *packets)
{
    return packets->next - packets->first < NF_PACKET_WINDOW;
}

static void give_next(struct nf_packets *packets, struct nf_buffer *out)
{
    size_t n = nf_buffer_size(out);
    if (n > NF_PACKET_BYTES)
        n = NF_PACKET_BYTES;
    memcpy(slot(packets, packets->next) + NF_PACKET_FRAME, out->data + out->start, n);
    packets->lengths[packets->next % NF_PACKET_WINDOW] = (uint16_t)n;
    packets->next++;
    nf_buffer_drop(out, n);
}

/* Nothing has come back for long: the oldest packet alone, since the peer may only be busy. The rest follows if that was missing. */
static bool retry(struct nf_packets *packets, uint64_t now)
{
    if (!packets->retry_at || now < packets->retry_at || packets->first == packets->sent)
        return true;
    packets->pause = packets->pause * 2 > RETRY_LONGEST_MS ? RETRY_LONGEST_MS : packets->pause * 2;
    packets->retry_at = now + packets->pause * MS;
    packets->recovered = packets->next;
    return send_numbered(packets, packets->first);
}

int nf_packets_flush(struct nf_packets *packets, struct nf_buffer *out, uint64_t now)
{
    if (!retry(packets, now))
        return -1;
    for (;;) {
        if (packets->sent == packets->next && nf_buffer_size(out) > 0 && window_open(packets))
            give_next(packets, out);
        if (packets->sent == packets->next)
            break;
        if (!send_numbered(packets, packets->sent))
            return -1;
        packets->sent++;
        if (!packets->retry_at)
            packets->retry_at = now + packets->pause * MS;
    }
    if (packets->again || (packets->tell_at && now >= packets->tell_at)) {
        uint8_t frame[NF_PACKET_FRAME];
        if (!transmit(packets, frame, packets->next, 0))
            return -1;
    }
    return 0;
}

/* What the peer has. True if it is possible. */
static void acknowledge(struct nf_packets *packets, uint32_t number, bool again, uint64_t now)
{
    uint32_t come = number - packets->first;
    if (come > packets->next - packets->first)
        return;
    bool late = packets->recovered - number - 1 < NF_PACKET_WINDOW; /* it is before that */
    if (packets->sent - packets->first < come)
        packets->sent = number;
    packets->first = number;
    if (again || (come > 0 && late))
        packets->sent = number;
    if (come > 0)
        packets->pause = RETRY_MS;
    if (packets->first == packets->next)
        packets->retry_at = 0;
    else if (come > 0 || again)
        packets->retry_at = now + packets->pause * MS;
}

/* True if the payload is the stream's next. */
static bool accept_next(struct nf_packets *packets, uint32_t number, uint64_t now)
{
    if (number != packets->expected) {
        bool ahead = number - packets->expected < NF_PACKET_WINDOW, behind = packets->expected - number <= NF_PACKET_WINDOW;
        if (ahead && !packets->gap)
            packets->gap = packets->again = true;
        if (behind)
            packets->tell_at = now;
        return false;
    }
    packets->expected++;
    packets->gap = packets->again = false;
    if (packets->expected - packets->told >= TELL_PACKETS)
        packets->tell_at = now;
    else if (!packets->tell_at)
        packets->tell_at = now + TELL_MS * MS;
    return true;
}

/* One packet: bytes for the stream (0: none), or -1 with errno, which is 0 at the end. */
static ssize_t receive(struct nf_packets *packets, struct nf_buffer *in, uint64_t now)
{
    uint8_t frame[NF_PACKET_FRAME], *at = frame + packets->prefix;
    size_t head = packets->prefix + NF_PACKET_ETHERNET + NF_PACKET_HEADER;
    struct iovec parts[] = {{frame, head}, {nf_buffer_room(in, NF_PACKET_BYTES), NF_PACKET_BYTES}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    if (!parts[1].iov_base)
        return -1;
    ssize_t n;
    do
        n = recvmsg(packets->fd, &message, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        errno = 0;
    if (n <= 0)
        return -1;
    if ((size_t)n < head || (message.msg_flags & MSG_TRUNC) || at[12] != NF_PACKET_TYPE >> 8 || at[13] != (NF_PACKET_TYPE & 0xff) ||
        load_u32(at + 14) != MAGIC)
        return 0;
    size_t length = load_u16(at + 26);
    if (length > (size_t)n - head)
        return 0;
    acknowledge(packets, load_u32(at + 22), load_u16(at + 28) & AGAIN, now);
    if (length == 0 || !accept_next(packets, load_u32(at + 18), now))
        return 0;
    in->end += length;
    return (ssize_t)length;
}

ssize_t nf_packets_fill(struct nf_packets *packets, struct nf_buffer *in, size_t most, uint64_t now)
{
    size_t got = 0;
    for (int i = 0; i < NF_PACKET_WINDOW && (i == 0 || got + NF_PACKET_BYTES <= most); i++) {
        ssize_t n = receive(packets, in, now);
        if (n < 0 && got == 0)
            return errno == 0 ? 0 : -1;
        if (n < 0)
            break;
        got += (size_t)n;
    }
    if (got > 0)
        return (ssize_t)got;
    errno = EAGAIN;
    return -1;
}

short nf_packets_events(const struct nf_packets *packets, const struct nf_buffer *out)
{
    bool more = packets->sent != packets->next || (nf_buffer_size(out) > 0 && window_open(packets));
    return (short)(POLLIN | (packets->blocked || more ? POLLOUT : 0));
}

uint64_t nf_packets_deadline(const struct nf_packets *packets)
{
    uint64_t retry = packets->retry_at, tell = packets->tell_at;
    if (packets->blocked)
        return 0;
    return !retry || (tell && tell < retry) ? tell : retry;
}

bool nf_packets_settled(const struct nf_packets *packets)
{
    return packets->first == packets->next;
}
