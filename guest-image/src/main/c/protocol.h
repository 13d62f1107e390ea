/*
 * protocol.h - what `nofear` (front-end and monitor, on the host) and the agent (PID 1 of the guest) say to each other.
 *
 * One byte stream leads from the front-end to the monitor (a UNIX socket) and one from the monitor to the agent (a virtio
 * port, or packets: see packets.h). Both carry frames:
 *
 *     u32 length of the payload | u16 type | u16 session | payload (at most NF_PAYLOAD_MAX bytes)       little-endian
 *
 * Session 0 is the machine itself. The monitor numbers the sessions; a front-end's own number is ignored.
 *
 * Structured payloads are "pairs": key NUL value NUL key NUL value NUL ... A repeated key is a list. So no byte of an
 * argument, of the environment or of a path is ever quoted or parsed; only NUL can't occur, as in execve(2) itself.
 *
 * Flow control is end to end and by stream: a sender may have NF_WINDOW bytes of a stream outstanding, and gets credit back
 * (WINDOW) when the far end has written them to where they belong. So a reader that stops stops its own stream only, and no
 * process on the way holds more than NF_WINDOW bytes of any stream. Whoever breaks a limit is cut off: the guest is not
 * trusted, nor is the front-end trusted by the monitor further than its user.
 *
 * This file, buffer.c, packets.c, pairs.c and stream.c are compiled into both programs.
 */
#ifndef NOFEAR_PROTOCOL_H
#define NOFEAR_PROTOCOL_H

#define _GNU_SOURCE /* so this file comes first everywhere */

/* Messages and names may be cut to fit; every buffer whose whole text matters is checked where it is filled. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wformat-truncation"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NF_VERSION "2"
#define NF_PORT_NAME "nofear.0"         /* the virtio port's name */
#define NF_FILES_NAME "nofear.files"      /* that of the shared folders */
#define NF_PACKETS_PARAMETER "nofear.channel=packets" /* on the kernel's command line: the channel is one of packets */
#define NF_HEADER 8U
#define NF_PAYLOAD_MAX 65536U
#define NF_CHUNK 32768U                 /* the most data that is put in one frame */
#define NF_WINDOW 262144U               /* bytes of one stream that may be under way */
#define NF_EXEC_MAX (4U << 20)          /* an EXEC request; Linux itself takes about 2 MiB of arguments */
#define NF_SIGNAL_ALONE 0x100U          /* in SIGNAL: for one process, as kill(2) of its number would be */
#define NF_SESSIONS_MAX 128

#define NF_MORE 16                      /* descriptors beyond standard error that a command can be given */
#define NF_MORE_HIGHEST 999             /* the highest number of one */

/* The streams of a session. TTY is the terminal itself, in and out; GUI is what Xpra's client and server say; MORE are the
 * caller's descriptors beyond the three, each with a stream in and one out; the others are pipes. Of a stream MORE_IN nothing may
 * be sent before the far end asks for it with WINDOW_ADD: what nobody reads there, the caller keeps. */
enum nf_stream {
    NF_IN, NF_OUT, NF_ERR, NF_TTY_IN, NF_TTY_OUT, NF_GUI_IN, NF_GUI_OUT,
    NF_MORE_IN, NF_MORE_OUT = NF_MORE_IN + NF_MORE, NF_STREAMS = NF_MORE_OUT + NF_MORE
};

enum nf_type {
    NF_HELLO = 1,    /* agent: pairs version, init.ns, hello.ns. front-end: pairs version, plan */
    NF_BOOT,         /* pairs, see mounts.c, identity.c and network.c of the agent */
    NF_BOOTED,       /* pairs boot.ns, booted.ns: uptimes when BOOT came and when all was mounted */
    NF_EXEC_PART,    /* a part of the pairs that describe the command, see session.c of the agent */
    NF_EXEC_END,     /* the last part */
    NF_STARTED,      /* u64: guest uptime, ns */
    NF_WINDOW_ADD,   /* u32 stream, u32 bytes: credit */
    NF_CLOSED,       /* u32 stream: its reader is gone, send no more */
    NF_SIGNAL,       /* u32 signal, for the command's process group; with NF_SIGNAL_ALONE for the command itself */
    NF_HANGUP,       /* the caller is gone: SIGHUP, and soon SIGKILL, for the whole session */
    NF_RESIZE,       /* u16 rows, columns, width, height */
    NF_WANTED,       /* somebody in the guest reads the terminal: the front-end may now take its input */
    NF_STOPPED,      /* u32 signal: the command has stopped */
    NF_EXIT,         /* u32 1 if killed by a signal, u32 status or signal, u64 bytes of standard input used, u32 1: processes that
                      * the command left still write, ENDED follows; 0: that was all of the session */
    NF_FAIL,         /* u32 exit status (125 to 127), text. Session 0: the machine could not be set up */
    NF_NOTE,         /* text, one line for the caller's standard error (session 0: for the log) */
    NF_TIMING,       /* monitor to front-end: pairs of stage and nanoseconds */
    NF_SHUTDOWN,     /* u32 milliseconds that processes left over get between SIGTERM and SIGKILL */
    NF_CLOCK,        /* agent: u64 its uptime, u64 0. Monitor: u64 the same (0: ask again), u64 the time, ns since 1970 */
    NF_BYE,          /* the disk is synced and not mounted any more: the VMM may be killed */
    NF_SIGNALLED,    /* u32 signal: the agent has passed it on, so the VM lives. Goes no further than to the monitor */
    NF_USED,         /* u32 stream, u64 bytes of it that were read there: before EXIT, of files that the caller handed over */
    NF_ENDED,        /* after an EXIT that announces it: nobody writes any more */
    NF_LEFT,         /* agent: pairs count and by (names, a few): processes that commands left, and that keep the VM */
    NF_DATA = 64,    /* + stream: bytes */
    NF_EOF = 128,    /* + stream: no more bytes will come */
    NF_TYPES = 192
};

/* A queue of bytes that grows up to its limit. */
struct nf_buffer {
    unsigned char *data;
    size_t start, end, capacity, limit;
};

struct nf_frame {
    uint16_t type, session;
    uint32_t length;
    const unsigned char *payload; /* inside the buffer: valid until nf_frame_done */
};

void nf_buffer_init(struct nf_buffer *buffer, size_t limit);
void nf_buffer_free(struct nf_buffer *buffer);
size_t nf_buffer_size(const struct nf_buffer *buffer);
/* Room for n bytes at the end, or NULL with ENOBUFS or ENOMEM. */
unsigned char *nf_buffer_room(struct nf_buffer *buffer, size_t n);
int nf_buffer_add(struct nf_buffer *buffer, const void *bytes, size_t n);
void nf_buffer_drop(struct nf_buffer *buffer, size_t n);
/* One read(2) or write(2): > 0 bytes moved, 0 end of file (fill) or nothing to do (flush), -1 with errno. */
ssize_t nf_buffer_fill(struct nf_buffer *buffer, int fd, size_t most);
ssize_t nf_buffer_flush(struct nf_buffer *buffer, int fd, size_t most);

/* Appends a frame; -1 when the buffer's limit is reached (nothing is then appended). */
int nf_put(struct nf_buffer *out, unsigned type, unsigned session, const void *payload, size_t length);
int nf_put_u32(struct nf_buffer *out, unsigned type, unsigned session, uint32_t value);
int nf_put_u32s(struct nf_buffer *out, unsigned type, unsigned session, uint32_t first, uint32_t second);
/* 1: the next frame is whole, and its payload has the form that its type asks for; 0: more bytes are needed; -1: this is none. */
int nf_frame_next(const struct nf_buffer *in, struct nf_frame *frame);
void nf_frame_done(struct nf_buffer *in, const struct nf_frame *frame);
/* The little-endian number at an offset of the payload; 0 where the payload is too short. */
uint16_t nf_u16(const struct nf_frame *frame, size_t offset);
uint32_t nf_u32(const struct nf_frame *frame, size_t offset);
uint64_t nf_u64(const struct nf_frame *frame, size_t offset);
void nf_store_u16(unsigned char *at, uint16_t value);
void nf_store_u32(unsigned char *at, uint32_t value);
void nf_store_u64(unsigned char *at, uint64_t value);

/* Whether a stream leads to the guest; else from it. */
bool nf_to_guest(uint32_t stream);

/* Pairs */
struct nf_pairs {
    const char *at, *end;
};
bool nf_pairs_valid(const void *data, size_t length);
struct nf_pairs nf_pairs_of(const void *data, size_t length);
/* The next pair; false at the end (or where the data is cut short). */
bool nf_pairs_next(struct nf_pairs *pairs, const char **key, const char **value);
/* The first value of a key, or NULL. */
const char *nf_pairs_get(struct nf_pairs pairs, const char *key);
int nf_pair_add(struct nf_buffer *out, const char *key, const char *value);
int nf_pair_add_number(struct nf_buffer *out, const char *key, uint64_t value);
/* A decimal number that is the whole string, at most max; false otherwise. */
bool nf_number(const char *text, uint64_t max, uint64_t *value);

/* Where the bytes of a stream go: a descriptor and what waits for it, at most a window. */
struct nf_sink {
    int fd;
    struct nf_buffer pending;
    uint32_t owed;   /* written, but not yet given back as credit */
    size_t chunk;    /* 0: the descriptor does not block; else it may, and this much is written when poll says so */
    bool open;       /* false: the reader is gone, or the end was written */
    bool ending;     /* the sender has said EOF */
};
void nf_sink_init(struct nf_sink *sink, int fd, size_t chunk);
/* Bytes from a frame; -1 when the sender had no credit for them. */
int nf_sink_take(struct nf_sink *sink, const unsigned char *bytes, size_t n);
/* Writes what the descriptor takes; -1 when the reader is gone (errno). */
int nf_sink_write(struct nf_sink *sink);
bool nf_sink_waiting(const struct nf_sink *sink);
/* Appends WINDOW_ADD when enough was written since the last one. */
int nf_sink_credit(struct nf_sink *sink, struct nf_buffer *out, unsigned session, enum nf_stream stream);

/* Where the bytes of a stream come from. */
struct nf_source {
    int fd;
    uint32_t credit;
    bool open;
};
void nf_source_init(struct nf_source *source, int fd);
/* One read, made into a DATA frame. > 0 bytes, 0 end of file, -1 with errno. At most `most` bytes. */
ssize_t nf_source_read(struct nf_source *source, struct nf_buffer *out, unsigned session, enum nf_stream stream, size_t most);
/* Credit from a WINDOW_ADD frame; -1 when it is more than was ever taken. */
int nf_source_credit(struct nf_source *source, uint32_t bytes);

#endif
