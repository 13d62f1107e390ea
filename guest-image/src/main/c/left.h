/*
 * left.h - what commands leave running when they end, see left.c.
 */
#ifndef NOFEAR_LEFT_H
#define NOFEAR_LEFT_H

#include "protocol.h"

struct agent;
struct session;

enum { LEFT_PAST = 256, LEFT_NAMES = 4, LEFT_NAME = 32 };
struct left {
    pid_t past[LEFT_PAST];   /* leaders of sessions that have ended */
    char names[LEFT_NAMES][LEFT_NAME]; /* of what keeps the VM, as the host was told last */
    bool deaf[LEFT_PAST];    /* the caller ignored SIGHUP: that a process does says nothing */
    unsigned sessions;
    uint64_t count, looked, next; /* processes that keep the VM; uptime of the last look and of the next, ns; 0: none */
};

/* A leader is to end: what is left in its session keeps nothing. */
void left_session(struct agent *agent, pid_t leader, bool deaf);
/* Whether a process of an ended command's session may yet leave it; busy: and is about something. */
bool left_settling(const struct agent *agent, const struct session *session, bool *busy);
/* Looks, and tells the host when something has changed. */
void left_look(struct agent *agent);
/* Looks when it is time; the uptime of the next time. A child has ended: soon. */
uint64_t left_turn(struct agent *agent);
void left_child(struct agent *agent);

#endif
