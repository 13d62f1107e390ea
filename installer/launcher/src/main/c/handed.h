/*
 * handed.h - the caller's descriptors beyond the three that the command gets, see handed.c.
 */
#ifndef NOFEAR_HANDED_H
#define NOFEAR_HANDED_H

#include "protocol.h"

#include <poll.h>

/* One that is relayed. */
struct handed {
    int number;
    struct nf_source in;   /* MORE_IN */
    struct nf_sink out;    /* MORE_OUT */
    uint64_t read;         /* of a file: what is not used goes back */
    bool seekable;
};

struct all_handed {
    struct handed one[NF_MORE];
    size_t count;
    char words[NF_MORE][16]; /* what the agent is told of each, relayed or not */
    size_t told;
};

enum { HANDED_POLLS = 2 * NF_MORE };

struct standard;
/* Looks at what the caller left open, of which nobody but the command shall have anything. */
void handed_find(struct all_handed *all, const struct standard *standard, char **words);
void handed_describe(const struct all_handed *all, struct nf_buffer *request);
void handed_polls(const struct all_handed *all, struct pollfd polls[HANDED_POLLS], bool calm);
void handed_turn(struct all_handed *all, struct nf_buffer *out, const struct pollfd polls[HANDED_POLLS]);
/* A frame of one of these streams; false when it breaks the protocol. */
bool handed_take(struct all_handed *all, const struct nf_frame *frame, struct nf_buffer *out);
/* The command has ended: nothing more is read, and written only what others there still write. */
void handed_end(struct all_handed *all, bool others);
bool handed_waiting(const struct all_handed *all);

#endif
