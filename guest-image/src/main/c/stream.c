/*
 * stream.c - the two ends of a stream: a source reads a descriptor into DATA frames, as far as its credit goes; a sink writes
 * what came in DATA frames to a descriptor and gives credit back for what was really written.
 *
 * The front-end and the agent use the same code, mirrored: the source of one is the sink of the other.
 */
#include "protocol.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool nf_to_guest(uint32_t stream)
{
    return stream == NF_IN || stream == NF_TTY_IN || stream == NF_GUI_IN || (stream >= NF_MORE_IN && stream < NF_MORE_OUT);
}

void nf_sink_init(struct nf_sink *sink, int fd, size_t chunk)
{
    memset(sink, 0, sizeof *sink);
    sink->fd = fd;
    sink->chunk = chunk;
    sink->open = fd >= 0;
    nf_buffer_init(&sink->pending, NF_WINDOW);
}

int nf_sink_take(struct nf_sink *sink, const unsigned char *bytes, size_t n)
{
    if (!sink->open)
        return 0; /* was under way when the reader went */
    if (sink->ending)
        return -1;
    return nf_buffer_add(&sink->pending, bytes, n);
}

bool nf_sink_waiting(const struct nf_sink *sink)
{
    return sink->open && nf_buffer_size(&sink->pending) > 0;
}

int nf_sink_write(struct nf_sink *sink)
{
    while (nf_sink_waiting(sink)) {
        ssize_t n = nf_buffer_flush(&sink->pending, sink->fd, sink->chunk ? sink->chunk : NF_WINDOW);
        if (n < 0)
            return errno == EAGAIN ? 0 : -1;
        sink->owed += (uint32_t)n;
        if (sink->chunk)
            break;
    }
    return 0;
}

int nf_sink_credit(struct nf_sink *sink, struct nf_buffer *out, unsigned session, enum nf_stream stream)
{
    if (sink->owed < NF_WINDOW / 4)
        return 0;
    if (nf_put_u32s(out, NF_WINDOW_ADD, session, stream, sink->owed) < 0)
        return -1;
    sink->owed = 0;
    return 0;
}

void nf_source_init(struct nf_source *source, int fd)
{
    source->fd = fd;
    source->credit = NF_WINDOW;
    source->open = fd >= 0;
}

ssize_t nf_source_read(struct nf_source *source, struct nf_buffer *out, unsigned session, enum nf_stream stream, size_t most)
{
    if (most > NF_CHUNK)
        most = NF_CHUNK;
    if (most > source->credit)
        most = source->credit;
    unsigned char *room = nf_buffer_room(out, NF_HEADER + most);
    if (!room)
        return -1;
    ssize_t n;
    do
        n = read(source->fd, room + NF_HEADER, most);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n;
    nf_store_u32(room, (uint32_t)n);
    nf_store_u16(room + 4, (uint16_t)(NF_DATA + stream));
    nf_store_u16(room + 6, (uint16_t)session);
    out->end += NF_HEADER + (size_t)n;
    source->credit -= (uint32_t)n;
    return n;
}

int nf_source_credit(struct nf_source *source, uint32_t bytes)
{
    if (bytes > NF_WINDOW - source->credit)
        return -1;
    source->credit += bytes;
    return 0;
}
