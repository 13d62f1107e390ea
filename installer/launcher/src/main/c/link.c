/*
 * link.c - the channel to the guest, on the host's side: one end of a socket pair, whose other one the VMM inherits. So nobody
 * else is on the way, nor is it one to anybody else.
 *
 * QEMU puts a virtio port's bytes on it. lkvm takes it for a tap and puts a network card's frames on it (packets.h); what it asks
 * a tap for at its start, the filter grants in the kernel's place (filter.c).
 */
#include "nofear.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of both ends together; the kernel's default would be a quarter of what may be under way. */
enum { UNDER_WAY = NF_PACKET_WINDOW * NF_PACKET_BYTES };

bool link_open(struct link *link, const struct plan *plan, char *error, size_t size)
{
    static const uint8_t own[6] = NF_PACKET_HOST, peer[6] = NF_PACKET_GUEST;
    return link_open_as(link, plan, own, peer, error, size);
}

bool link_open_as(struct link *link, const struct plan *plan, const uint8_t own[6], const uint8_t peer[6], char *error, size_t size)
{
    bool packets = plan_is(plan, "channel", "packets");
    int ends[2], buffer = UNDER_WAY;
    *link = (struct link){.fd = -1, .vmm_end = -1};
    if (socketpair(AF_UNIX, (packets ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC, 0, ends) < 0) {
        snprintf(error, size, "no socket can be made: %s", strerror(errno));
        return false;
    }
    link->fd = ends[0];
    link->vmm_end = ends[1];
    fcntl(link->fd, F_SETFL, fcntl(link->fd, F_GETFL) | O_NONBLOCK);
    if (packets) {
        for (int i = 0; i < 2; i++)
            setsockopt(ends[i], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer); /* as much of it as the host lets us */
        link->packets = need(calloc(1, sizeof *link->packets));
        nf_packets_init(link->packets, link->fd, NF_PACKET_PREFIX, own, peer);
    }
    return true;
}

void link_close(struct link *link)
{
    if (link->fd >= 0)
        close(link->fd);
    free(link->packets);
    link->fd = -1;
    link->packets = NULL;
}

short link_events(const struct link *link, const struct nf_buffer *out)
{
    if (link->packets)
        return nf_packets_events(link->packets, out);
    return (short)(POLLIN | (nf_buffer_size(out) > 0 ? POLLOUT : 0));
}

uint64_t link_deadline(const struct link *link)
{
    return link->packets ? nf_packets_deadline(link->packets) : 0;
}

ssize_t link_fill(struct link *link, struct nf_buffer *in, size_t most)
{
    return link->packets ? nf_packets_fill(link->packets, in, most, now_ns()) : nf_buffer_fill(in, link->fd, most);
}

int link_flush(struct link *link, struct nf_buffer *out, size_t most)
{
    if (link->packets)
        return nf_packets_flush(link->packets, out, now_ns());
    return nf_buffer_flush(out, link->fd, most) < 0 ? -1 : 0;
}
