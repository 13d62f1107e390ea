/*
 * buffer.c - bounded byte queues, and frames in them.
 *
 * Every queue has a limit, so that whatever the other side does, memory stays bounded: reaching the limit is an answer
 * (ENOBUFS), not a reason to grow. A queue that is empty gives its memory back once it has grown large. A frame whose payload is
 * not what its type says is none: whoever sends one has broken the protocol.
 */
#include "protocol.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALL = 4096, KEEP = 1 << 17 };

void nf_buffer_init(struct nf_buffer *buffer, size_t limit)
{
    memset(buffer, 0, sizeof *buffer);
    buffer->limit = limit;
}

void nf_buffer_free(struct nf_buffer *buffer)
{
    free(buffer->data);
    nf_buffer_init(buffer, buffer->limit);
}

size_t nf_buffer_size(const struct nf_buffer *buffer)
{
    return buffer->end - buffer->start;
}

unsigned char *nf_buffer_room(struct nf_buffer *buffer, size_t n)
{
    size_t size = nf_buffer_size(buffer);
    if (n > buffer->limit || size > buffer->limit - n) {
        errno = ENOBUFS;
        return NULL;
    }
    if (buffer->capacity - buffer->end < n && buffer->start > 0) {
        memmove(buffer->data, buffer->data + buffer->start, size);
        buffer->start = 0;
        buffer->end = size;
    }
    if (buffer->capacity - buffer->end < n) {
        size_t capacity = buffer->capacity ? buffer->capacity : SMALL;
        while (capacity < size + n)
            capacity *= 2;
        unsigned char *data = realloc(buffer->data, capacity);
        if (!data)
            return NULL;
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->end;
}

int nf_buffer_add(struct nf_buffer *buffer, const void *bytes, size_t n)
{
    unsigned char *room = nf_buffer_room(buffer, n);
    if (!room)
        return -1;
    if (n > 0)
        memcpy(room, bytes, n);
    buffer->end += n;
    return 0;
}

void nf_buffer_drop(struct nf_buffer *buffer, size_t n)
{
    buffer->start += n;
    if (buffer->start >= buffer->end) {
        buffer->start = buffer->end = 0;
        if (buffer->capacity > KEEP)
            nf_buffer_free(buffer);
    }
}

ssize_t nf_buffer_fill(struct nf_buffer *buffer, int fd, size_t most)
{
    unsigned char *room = nf_buffer_room(buffer, most);
    if (!room)
        return -1;
    ssize_t n;
    do
        n = read(fd, room, most);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        buffer->end += (size_t)n;
    return n;
}

ssize_t nf_buffer_flush(struct nf_buffer *buffer, int fd, size_t most)
{
    size_t size = nf_buffer_size(buffer);
    if (size == 0)
        return 0;
    ssize_t n;
    do
        n = write(fd, buffer->data + buffer->start, size < most ? size : most);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        nf_buffer_drop(buffer, (size_t)n);
    return n;
}

void nf_store_u16(unsigned char *at, uint16_t value)
{
    at[0] = (unsigned char)value;
    at[1] = (unsigned char)(value >> 8);
}

void nf_store_u32(unsigned char *at, uint32_t value)
{
    nf_store_u16(at, (uint16_t)value);
    nf_store_u16(at + 2, (uint16_t)(value >> 16));
}

void nf_store_u64(unsigned char *at, uint64_t value)
{
    nf_store_u32(at, (uint32_t)value);
    nf_store_u32(at + 4, (uint32_t)(value >> 32));
}

static uint64_t load(const unsigned char *at, size_t bytes)
{
    uint64_t value = 0;
    while (bytes-- > 0)
        value = value << 8 | at[bytes];
    return value;
}

static uint64_t number(const struct nf_frame *frame, size_t offset, size_t bytes)
{
    if (frame->length < bytes || offset > frame->length - bytes)
        return 0;
    return load(frame->payload + offset, bytes);
}

uint16_t nf_u16(const struct nf_frame *frame, size_t offset)
{
    return (uint16_t)number(frame, offset, 2);
}

uint32_t nf_u32(const struct nf_frame *frame, size_t offset)
{
    return (uint32_t)number(frame, offset, 4);
}

uint64_t nf_u64(const struct nf_frame *frame, size_t offset)
{
    return number(frame, offset, 8);
}

int nf_put(struct nf_buffer *out, unsigned type, unsigned session, const void *payload, size_t length)
{
    if (length > NF_PAYLOAD_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    unsigned char *room = nf_buffer_room(out, NF_HEADER + length);
    if (!room)
        return -1;
    nf_store_u32(room, (uint32_t)length);
    nf_store_u16(room + 4, (uint16_t)type);
    nf_store_u16(room + 6, (uint16_t)session);
    if (length > 0)
        memcpy(room + NF_HEADER, payload, length);
    out->end += NF_HEADER + length;
    return 0;
}

int nf_put_u32(struct nf_buffer *out, unsigned type, unsigned session, uint32_t value)
{
    unsigned char payload[4];
    nf_store_u32(payload, value);
    return nf_put(out, type, session, payload, sizeof payload);
}

int nf_put_u32s(struct nf_buffer *out, unsigned type, unsigned session, uint32_t first, uint32_t second)
{
    unsigned char payload[8];
    nf_store_u32(payload, first);
    nf_store_u32(payload + 4, second);
    return nf_put(out, type, session, payload, sizeof payload);
}

/* How long the payload of a type may be; types that are not here do not exist. */
static bool length_fits(unsigned type, uint32_t length)
{
    switch (type) {
    case NF_HELLO:
    case NF_BOOT:
    case NF_BOOTED:
    case NF_EXEC_PART:
    case NF_EXEC_END:
    case NF_NOTE:
    case NF_TIMING:
    case NF_LEFT:
        return true;
    case NF_STARTED:
    case NF_WINDOW_ADD:
    case NF_RESIZE:
        return length == 8;
    case NF_CLOSED:
    case NF_SIGNAL:
    case NF_SIGNALLED:
    case NF_STOPPED:
    case NF_SHUTDOWN:
        return length == 4;
    case NF_HANGUP:
    case NF_WANTED:
    case NF_BYE:
    case NF_ENDED:
        return length == 0;
    case NF_USED:
        return length == 12;
    case NF_CLOCK:
        return length == 16;
    case NF_EXIT:
        return length == 20;
    case NF_FAIL:
        return length >= 4;
    default:
        if (type >= NF_DATA && type < NF_DATA + NF_STREAMS)
            return length > 0;
        return type >= NF_EOF && type < NF_EOF + NF_STREAMS && length == 0;
    }
}

static bool is_signal(uint32_t number)
{
    return number > 0 && number < NSIG;
}

/* Whether a whole payload says what its type may say. Nobody further on has to ask again what a number that is missing means. */
static bool content_fits(const struct nf_frame *frame)
{
    uint32_t first = nf_u32(frame, 0), second = nf_u32(frame, 4);
    switch (frame->type) {
    case NF_HELLO:
    case NF_BOOT:
    case NF_BOOTED:
    case NF_TIMING:
    case NF_LEFT:
        return nf_pairs_valid(frame->payload, frame->length);
    case NF_WINDOW_ADD:
    case NF_CLOSED:
    case NF_USED:
        return first < NF_STREAMS;
    case NF_SIGNAL:
        return is_signal(first & ~NF_SIGNAL_ALONE);
    case NF_SIGNALLED:
    case NF_STOPPED:
        return is_signal(first);
    case NF_EXIT:
        return nf_u32(frame, 16) < 2 && (first == 0 ? second < 256 : first == 1 && is_signal(second));
    case NF_FAIL:
        return first >= 125 && first <= 127;
    default:
        return true;
    }
}

int nf_frame_next(const struct nf_buffer *in, struct nf_frame *frame)
{
    size_t size = nf_buffer_size(in);
    if (size < NF_HEADER)
        return 0;
    const unsigned char *at = in->data + in->start;
    frame->length = (uint32_t)load(at, 4);
    frame->type = (uint16_t)load(at + 4, 2);
    frame->session = (uint16_t)load(at + 6, 2);
    frame->payload = at + NF_HEADER;
    if (frame->length > NF_PAYLOAD_MAX || !length_fits(frame->type, frame->length))
        return -1;
    if (size - NF_HEADER < frame->length)
        return 0;
    return content_fits(frame) ? 1 : -1;
}

void nf_frame_done(struct nf_buffer *in, const struct nf_frame *frame)
{
    nf_buffer_drop(in, NF_HEADER + frame->length);
}
