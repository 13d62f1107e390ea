/* buffer.c: queues keep their limit, frames come out as they went in, and no bytes at all make the reader leave its buffer. */
#include "protocol.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void limits(void)
{
    struct nf_buffer buffer;
    nf_buffer_init(&buffer, 10000);
    CHECK("a queue takes bytes up to its limit", nf_buffer_room(&buffer, 10000) != NULL);
    CHECK("and no more", nf_buffer_room(&buffer, 10001) == NULL && errno == ENOBUFS);
    CHECK("however many they are", nf_buffer_room(&buffer, SIZE_MAX) == NULL && nf_buffer_room(&buffer, SIZE_MAX - 9999) == NULL);
    char bytes[6000] = {0};
    CHECK("a part fits", nf_buffer_add(&buffer, bytes, sizeof bytes) == 0 && nf_buffer_size(&buffer) == 6000);
    CHECK("what is left counts", nf_buffer_add(&buffer, bytes, sizeof bytes) < 0 && nf_buffer_size(&buffer) == 6000);
    nf_buffer_drop(&buffer, 5000);
    CHECK("dropped bytes make room", nf_buffer_add(&buffer, bytes, sizeof bytes) == 0 && nf_buffer_size(&buffer) == 7000);
    nf_buffer_free(&buffer);
    CHECK("a freed queue is empty and keeps its limit", nf_buffer_size(&buffer) == 0 && buffer.limit == 10000);
}

static void fills(void)
{
    struct nf_buffer buffer, out;
    int ends[2];
    if (pipe(ends) < 0)
        exit(2);
    nf_buffer_init(&buffer, 100);
    nf_buffer_init(&out, 100);
    nf_buffer_add(&out, "hello world", 11);
    CHECK("flush writes as much as it may", nf_buffer_flush(&out, ends[1], 5) == 5 && nf_buffer_size(&out) == 6);
    CHECK("fill reads it", nf_buffer_fill(&buffer, ends[0], 50) == 5 && memcmp(buffer.data, "hello", 5) == 0);
    nf_buffer_flush(&out, ends[1], 50);
    CHECK("an empty queue has nothing to flush", nf_buffer_flush(&out, ends[1], 50) == 0);
    close(ends[1]);
    CHECK("the rest comes", nf_buffer_fill(&buffer, ends[0], 50) == 6);
    CHECK("then the end", nf_buffer_fill(&buffer, ends[0], 50) == 0 && nf_buffer_size(&buffer) == 11);
    close(ends[0]);
    nf_buffer_free(&buffer);
    nf_buffer_free(&out);
}

static void one_frame(void)
{
    struct nf_buffer buffer;
    struct nf_frame frame;
    nf_buffer_init(&buffer, 1 << 20);
    CHECK("no bytes are no frame", nf_frame_next(&buffer, &frame) == 0);
    CHECK("a frame may be empty", nf_put(&buffer, NF_HANGUP, 65535, NULL, 0) == 0 && nf_frame_next(&buffer, &frame) == 1 &&
                                      frame.type == NF_HANGUP && frame.session == 65535 && frame.length == 0);
    CHECK("numbers outside of it are 0", nf_u16(&frame, 0) == 0 && nf_u32(&frame, SIZE_MAX) == 0 && nf_u64(&frame, 1) == 0);
    nf_frame_done(&buffer, &frame);
    nf_put_u32s(&buffer, NF_RESIZE, 7, 0x01020304, 0xfffefdfc);
    CHECK("numbers are little-endian", nf_frame_next(&buffer, &frame) == 1 && frame.payload[0] == 4 && nf_u32(&frame, 0) == 0x01020304 &&
                                           nf_u32(&frame, 4) == 0xfffefdfc && nf_u64(&frame, 0) == 0xfffefdfc01020304);
    CHECK("a number that is cut short is 0", nf_u32(&frame, 5) == 0 && nf_u16(&frame, 6) == 0xfffe && nf_u64(&frame, 1) == 0);
    nf_frame_done(&buffer, &frame);
    static unsigned char large[NF_PAYLOAD_MAX + 1];
    CHECK("the largest frame fits", nf_put(&buffer, NF_BOOT, 0, large, NF_PAYLOAD_MAX) == 0 && nf_frame_next(&buffer, &frame) == 1);
    CHECK("a larger one is refused", nf_put(&buffer, NF_BOOT, 0, large, sizeof large) < 0 && errno == EMSGSIZE);
    nf_buffer_free(&buffer);
}

static void bad_headers(void)
{
    static const struct {
        uint32_t length;
        uint16_t type;
        int result;
    } cases[] = {{0, 0, -1}, {0, NF_TYPES, -1}, {0, 65535, -1}, {NF_PAYLOAD_MAX + 1, NF_BOOT, -1}, {~0U, NF_BOOT, -1}, {1, NF_BOOT, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nf_buffer buffer;
        struct nf_frame frame;
        unsigned char header[NF_HEADER] = {0};
        nf_buffer_init(&buffer, 100);
        nf_store_u32(header, cases[i].length);
        nf_store_u16(header + 4, cases[i].type);
        nf_buffer_add(&buffer, header, sizeof header);
        CHECK("a header that can't be is refused as soon as it is there", nf_frame_next(&buffer, &frame) == cases[i].result);
        nf_buffer_free(&buffer);
    }
}

/* Frames that are cut into pieces anywhere come out whole and in order. */
static void pieces(void)
{
    enum { FRAMES = 2000 };
    bool ok = true;
    struct nf_buffer stream, in;
    static unsigned char bytes[5000];
    static struct {
        unsigned type, session, length;
    } sent[FRAMES];
    nf_buffer_init(&stream, 1 << 26);
    nf_buffer_init(&in, 4 * NF_PAYLOAD_MAX);
    for (int i = 0; i < FRAMES; i++) {
        static const unsigned types[] = {NF_EXEC_PART, NF_EXEC_END, NF_NOTE, NF_DATA + NF_IN, NF_DATA + NF_OUT, NF_DATA + NF_GUI_OUT};
        sent[i].type = types[check_random(sizeof types / sizeof types[0])];
        sent[i].session = (unsigned)check_random(65536);
        sent[i].length = 1 + (unsigned)check_random(sizeof bytes - 1);
        memset(bytes, i, sent[i].length);
        ok &= nf_put(&stream, sent[i].type, sent[i].session, bytes, sent[i].length) == 0;
    }
    int got = 0;
    while (nf_buffer_size(&stream) > 0) {
        struct nf_frame frame;
        size_t piece = 1 + (size_t)check_random(3000);
        if (piece > nf_buffer_size(&stream))
            piece = nf_buffer_size(&stream);
        nf_buffer_add(&in, stream.data + stream.start, piece);
        nf_buffer_drop(&stream, piece);
        for (; nf_frame_next(&in, &frame) > 0; got++) {
            ok &= got < FRAMES && frame.type == sent[got].type && frame.session == sent[got].session && frame.length == sent[got].length;
            for (uint32_t i = 0; i < frame.length; i++)
                ok &= frame.payload[i] == (unsigned char)got;
            nf_frame_done(&in, &frame);
        }
    }
    CHECK("frames cut into pieces come out whole and in order", ok && got == FRAMES);
    nf_buffer_free(&stream);
    nf_buffer_free(&in);
}

/* Memory of exactly the size of the bytes: the sanitizer sees the first one too many. */
static void noise(void)
{
    bool ok = true;
    for (int i = 0; i < 200000; i++) {
        size_t size = (size_t)check_random(40);
        struct nf_buffer buffer = {.data = malloc(size), .end = size, .capacity = size, .limit = size};
        for (size_t at = 0; at < size; at++)
            buffer.data[at] = (unsigned char)(check_random(3) ? check_random(4) : check_random(256));
        struct nf_frame frame;
        for (int result; (result = nf_frame_next(&buffer, &frame)) > 0;) {
            ok &= frame.type > 0 && frame.type < NF_TYPES && frame.length <= NF_PAYLOAD_MAX &&
                  frame.payload + frame.length <= buffer.data + buffer.end;
            unsigned sum = 0;
            for (uint32_t at = 0; at < frame.length; at++)
                sum += frame.payload[at];
            ok &= sum <= 255 * frame.length;
            ok &= nf_u64(&frame, (size_t)check_random(50)) == 0 || frame.length >= 8;
            nf_frame_done(&buffer, &frame);
        }
        free(buffer.data);
    }
    CHECK("200000 pieces of noise give frames inside of them or none", ok);
}

int main(void)
{
    check_seed();
    limits();
    fills();
    one_frame();
    bad_headers();
    pieces();
    noise();
    CHECK_END();
}
