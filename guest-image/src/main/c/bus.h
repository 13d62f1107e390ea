/*
 * bus.h - the guest user's D-Bus, see bus.c.
 */
#ifndef NOFEAR_BUS_H
#define NOFEAR_BUS_H

#include "protocol.h"

struct agent;

struct bus {
    int listener;        /* or -1 */
    pid_t process;       /* of the daemon; 0: none */
    bool broken;         /* it can't start here */
};

/* Makes its socket, where there is a daemon. */
void bus_open(struct agent *agent);
/* Where it is; false when there is none. */
bool bus_address(const struct agent *agent, char *text, size_t size);
/* Somebody connects for the first time: its daemon starts. */
void bus_start(struct agent *agent);
/* A child has ended, which may have been the daemon. */
void bus_reap(struct agent *agent, pid_t process, int status);

#endif
