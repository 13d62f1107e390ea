/*
 * qmp.h - QEMU's monitor protocol, as far as a migration needs it: see qmp.c.
 */
#ifndef NOFEAR_QMP_H
#define NOFEAR_QMP_H

#include "nofear.h"

struct qmp {
    int fd, vmm_end; /* -1: none */
    struct nf_buffer in;
};
enum qmp_event { QMP_NOTHING, QMP_COMPLETED, QMP_FAILED };

bool qmp_open(struct qmp *qmp);
void qmp_close(struct qmp *qmp);
/* Commands, one after another, with a descriptor for the first getfd among them (-1: none). */
bool qmp_send(struct qmp *qmp, const char *commands, int descriptor);
/* What has come since: that a migration is complete, or that it or a command has failed. */
enum qmp_event qmp_read(struct qmp *qmp);

#endif
