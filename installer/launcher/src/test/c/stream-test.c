/* stream.c: credit bounds what is under way, and comes back as bytes are written; the bytes come through unchanged. */
#include "protocol.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void pipe_nonblocking(int ends[2])
{
    if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
        exit(2);
}

static void credit(void)
{
    struct nf_source source;
    nf_source_init(&source, -1);
    CHECK("no descriptor is a closed source", !source.open && source.credit == NF_WINDOW);
    CHECK("credit that was never taken is refused", nf_source_credit(&source, 1) < 0 && source.credit == NF_WINDOW);
    source.credit = 10;
    CHECK("what was taken comes back", nf_source_credit(&source, NF_WINDOW - 10) == 0 && source.credit == NF_WINDOW);
    source.credit = 10;
    CHECK("but not more than that", nf_source_credit(&source, NF_WINDOW) < 0 && nf_source_credit(&source, ~0U) < 0 && source.credit == 10);
}

static void source_reads_as_far_as_its_credit(void)
{
    int ends[2];
    struct nf_source source;
    struct nf_buffer out;
    struct nf_frame frame;
    pipe_nonblocking(ends);
    nf_buffer_init(&out, 1 << 20);
    nf_source_init(&source, ends[0]);
    source.credit = 3;
    CHECK("nothing there is EAGAIN, and no frame", nf_source_read(&source, &out, 5, NF_OUT, 100) < 0 && errno == EAGAIN && nf_buffer_size(&out) == 0);
    if (write(ends[1], "abcdef", 6) != 6)
        exit(2);
    CHECK("it reads what it has credit for", nf_source_read(&source, &out, 5, NF_OUT, 100) == 3 && source.credit == 0);
    CHECK("in a frame of its stream and session", nf_frame_next(&out, &frame) == 1 && frame.type == NF_DATA + NF_OUT && frame.session == 5 &&
                                                      frame.length == 3 && memcmp(frame.payload, "abc", 3) == 0);
    close(ends[0]);
    close(ends[1]);
    nf_buffer_free(&out);
}

static void sink_bounds_what_it_takes(void)
{
    int ends[2];
    struct nf_sink sink;
    static unsigned char bytes[NF_WINDOW + 1];
    pipe_nonblocking(ends);
    nf_sink_init(&sink, ends[1], 0);
    CHECK("a sink takes a window", nf_sink_take(&sink, bytes, NF_WINDOW) == 0);
    CHECK("and not a byte more: the sender had no credit", nf_sink_take(&sink, bytes, 1) < 0);
    CHECK("a full pipe is no error", nf_sink_write(&sink) == 0 && nf_sink_waiting(&sink));
    close(ends[0]);
    CHECK("a reader that is gone is one", nf_sink_write(&sink) < 0 && errno == EPIPE);
    sink.ending = true;
    CHECK("nothing comes after the end", nf_sink_take(&sink, bytes, 1) < 0);
    sink.open = false;
    CHECK("what was under way to a closed sink is dropped", nf_sink_take(&sink, bytes, 1) == 0 && !nf_sink_waiting(&sink));
    nf_buffer_free(&sink.pending);
    close(ends[1]);
}

/* A source and a sink with pipes at both ends: any amounts at any time, and every byte once, in order. */
static void through(void)
{
    enum { TOTAL = 3000000 };
    int from[2], to[2];
    struct nf_source source;
    struct nf_sink sink;
    struct nf_buffer channel, back;
    struct nf_frame frame;
    size_t put = 0, got = 0;
    bool ok = true;
    pipe_nonblocking(from);
    pipe_nonblocking(to);
    nf_buffer_init(&channel, 1 << 20);
    nf_buffer_init(&back, 1 << 16);
    nf_source_init(&source, from[0]);
    nf_sink_init(&sink, to[1], 0);
    while (got < TOTAL && ok) {
        unsigned char bytes[4096];
        size_t n = (size_t)check_random(sizeof bytes);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)((put + i) * 31 >> 3);
        if (put + n > TOTAL)
            n = TOTAL - put;
        ssize_t written = check_random(2) ? write(from[1], bytes, n) : 0;
        put += written > 0 ? (size_t)written : 0;
        if (source.credit > 0)
            nf_source_read(&source, &channel, 1, NF_OUT, 1 + check_random(NF_CHUNK));
        while (nf_frame_next(&channel, &frame) > 0) {
            ok &= frame.length > 0 && nf_sink_take(&sink, frame.payload, frame.length) == 0;
            nf_frame_done(&channel, &frame);
        }
        ok &= nf_sink_write(&sink) == 0 && nf_sink_credit(&sink, &back, 1, NF_OUT) == 0;
        while (nf_frame_next(&back, &frame) > 0) {
            ok &= frame.type == NF_WINDOW_ADD && nf_u32(&frame, 0) == NF_OUT && nf_source_credit(&source, nf_u32(&frame, 4)) == 0;
            nf_frame_done(&back, &frame);
        }
        ssize_t taken = check_random(2) ? read(to[0], bytes, 1 + (size_t)check_random(sizeof bytes)) : 0;
        for (ssize_t i = 0; i < taken; i++, got++)
            ok &= bytes[i] == (unsigned char)(got * 31 >> 3);
    }
    CHECK("every byte comes through once, in order, whatever the pace", ok && got == TOTAL);
    nf_buffer_free(&channel);
    nf_buffer_free(&back);
    nf_buffer_free(&sink.pending);
    for (int i = 0; i < 2; i++) {
        close(from[i]);
        close(to[i]);
    }
}

int main(void)
{
    check_seed();
    if (freopen("/dev/null", "r", stdin) == NULL)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    credit();
    source_reads_as_far_as_its_credit();
    sink_bounds_what_it_takes();
    through();
    CHECK_END();
}
