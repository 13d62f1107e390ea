/*
 * snapshot.h - the state of a machine in a file: see snapshot.c.
 */
#ifndef NOFEAR_SNAPSHOT_H
#define NOFEAR_SNAPSHOT_H

#include "nofear.h"

enum { SNAPSHOT_STATE_MAX = 8 << 20 }; /* bytes of the VMM's own state; half a MiB is usual */

struct snapshot {
    enum {
        SNAPSHOT_NONE, /* this VM boots, and that is all */
        SNAPSHOT_KEEP, /* it boots, and its state is to be kept */
        SNAPSHOT_TAKE  /* it begins where another has come to */
    } use;
    int memory;            /* the guest's, a memfd that the VMM maps, or -1 */
    int directory, file;   /* of all snapshots; the one to take, or -1 */
    char name[64];
    uint64_t size;         /* of the memory, bytes */
    uint64_t state, runs;  /* of the one to take: bytes, number */
};

/* Finds out which it is; never fails. */
void snapshot_open(struct snapshot *snapshot, const struct plan *plan, const struct places *places);
/* Forgets the memory (the VMM has it) and the file. */
void snapshot_close(struct snapshot *snapshot);
/* TAKE: fills the memory, and the buffer with the VMM's state. */
bool snapshot_load(struct snapshot *snapshot, struct nf_buffer *state);
/* KEEP: of a machine that does not run. False when there is no room for it, say. */
bool snapshot_save(struct snapshot *snapshot, const struct nf_buffer *state);
/* From now on until the host's next boot these machines boot. */
void snapshot_refuse(struct snapshot *snapshot);

#endif
