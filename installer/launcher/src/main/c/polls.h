/*
 * polls.h - poll(2) of a table of which most entries are not in use.
 */
#ifndef NOFEAR_POLLS_H
#define NOFEAR_POLLS_H

#include <poll.h>
#include <stddef.h>

enum { POLLS_MAX = 256 };

/* As poll(2) of n entries, POLLS_MAX at most; those with no descriptor (-1) are not shown to the kernel. */
int polls_wait(struct pollfd *polls, size_t n, int timeout);

#endif
