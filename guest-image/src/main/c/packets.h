/*
 * packets.h - a reliable stream of bytes over a descriptor that carries packets: the channel of a guest under lkvm, whose VMM
 * has no other way in and out than its network cards. One of these cards leads to the monitor and nowhere else: the VMM reads and
 * writes its frames on one end of a socket pair (link.c), the agent on a packet socket (card.c).
 *
 * A frame is Ethernet's, with a type that IEEE keeps for local experiments, and in it
 *
 *     u32 magic | u32 number | u32 acknowledged | u16 length | u16 flags | payload      little-endian
 *
 * Packets with a payload are numbered. Acknowledged is the number that is expected next, so all before it have come. At most
 * NF_PACKET_WINDOW packets are under way, which is also all that a side keeps. The way between is a pipe but for the guest's
 * receiver, which drops packets when its memory is short: what comes after a gap is dropped as well, the sender is told once,
 * and goes back to it. Where that is lost too, a timer sends the oldest packet again. So a lost packet costs time, never data.
 *
 * What comes is not trusted: what is no such frame, or cut short, or out of the window, is as if it had not come.
 */
#ifndef NOFEAR_PACKETS_H
#define NOFEAR_PACKETS_H

#include "protocol.h"

#define NF_PACKET_TYPE 0x88b5
/* The cards' addresses. */
#define NF_PACKET_GUEST {0x02, 0x15, 0x15, 0x15, 0x15, 0xc0}
#define NF_PACKET_HOST {0x02, 0x15, 0x15, 0x15, 0x15, 0xc1}
/* Those of the shared folders' own channel. */
#define NF_FILES_GUEST {0x02, 0x15, 0x15, 0x15, 0x15, 0xc2}
#define NF_FILES_HOST {0x02, 0x15, 0x15, 0x15, 0x15, 0xc3}

enum {
    NF_PACKET_WINDOW = 32,   /* a power of two, so that numbers may wrap */
    NF_PACKET_BYTES = 15872, /* with all headers, the guest's and the host's kernel each take 16 KiB for it */
    NF_PACKET_PREFIX = 12,   /* struct virtio_net_hdr_v1, before each frame on the VMM's side */
    NF_PACKET_ETHERNET = 14,
    NF_PACKET_HEADER = 16,
    NF_PACKET_FRAME = NF_PACKET_PREFIX + NF_PACKET_ETHERNET + NF_PACKET_HEADER
};

struct nf_packets {
    int fd;
    size_t prefix; /* what of NF_PACKET_PREFIX is on the descriptor: all or nothing */
    uint8_t own[6], peer[6];
    uint32_t first, sent, next; /* numbers: not yet acknowledged, to be written next, to be given next */
    uint32_t recovered;         /* up to here, what is acknowledged late was lost */
    uint32_t expected, told;    /* of the peer: the next number; the one it knows that we expect */
    bool gap, again;            /* it was told of a gap; it is to be told at once */
    bool blocked;               /* the descriptor took no more */
    unsigned pause;             /* ms until the oldest packet is sent again */
    uint64_t retry_at, tell_at; /* the caller's clock, ns; 0: never */
    uint16_t lengths[NF_PACKET_WINDOW];
    uint8_t slots[NF_PACKET_WINDOW][NF_PACKET_FRAME + NF_PACKET_BYTES];
};

/* The descriptor is a socket, and stays the caller's. */
void nf_packets_init(struct nf_packets *packets, int fd, size_t prefix, const uint8_t own[6], const uint8_t peer[6]);
/* Reads packets as long as there are some: > 0 bytes that are new in the buffer, 0 end of file, -1 with errno (EAGAIN: none). */
ssize_t nf_packets_fill(struct nf_packets *packets, struct nf_buffer *in, size_t most, uint64_t now);
/* Writes what is due: what was lost, what is new as far as the window goes, what the peer must know. -1 with errno. */
int nf_packets_flush(struct nf_packets *packets, struct nf_buffer *out, uint64_t now);
/* What to poll for, and when to flush although nothing happens (0: never). */
short nf_packets_events(const struct nf_packets *packets, const struct nf_buffer *out);
uint64_t nf_packets_deadline(const struct nf_packets *packets);
/* All that was flushed has come. */
bool nf_packets_settled(const struct nf_packets *packets);

#endif
