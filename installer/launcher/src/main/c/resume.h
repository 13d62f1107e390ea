/*
 * resume.h - how a VM begins without booting: see resume.c.
 */
#ifndef NOFEAR_RESUME_H
#define NOFEAR_RESUME_H

#include "qmp.h"
#include "snapshot.h"

struct monitor;

struct resume {
    struct snapshot snapshot;
    struct qmp qmp;
    struct nf_buffer state; /* of the VMM, on its way */
    int pipe;               /* our end of what it goes through, or -1 */
    bool keeping, failed;   /* keeping: between HELLO and BOOT */
    uint64_t deadline;      /* of that, or of the resumed guest's BOOTED: now_ns; 0: none */
};

extern const struct resume resume_none;
/* Before the VMM starts: what it inherits, and what of the plan makes its words (NULL-ended). */
void resume_prepare(struct monitor *m);
const char *const *resume_keys(const struct resume *resume);
/* The VMM has started: if it is to go on from a snapshot, it is given that, and the guest its BOOT. */
void resume_begin(struct monitor *m);
/* Whether the guest still owes the proof that it has come to life again. */
bool resume_pending(const struct monitor *m);
/* It has not: the VMM is killed, and keeper_read starts another one, which boots. */
void resume_fail(struct monitor *m);
/* The guest has said HELLO: true if BOOT has to wait, until the machine's state is kept. */
bool resume_keep(struct monitor *m);
/* It has BOOTED: from here on a VM is as any other. */
void resume_end(struct resume *resume);

enum { RESUME_POLLS = 2 };
void resume_polls(const struct monitor *m, struct pollfd polls[RESUME_POLLS]);
void resume_turn(struct monitor *m, const struct pollfd polls[RESUME_POLLS]);

#endif
