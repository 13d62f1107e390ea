/*
 * caller.h - what a process has from its caller besides words, environment and descriptors: taken note of and put aside at the
 * start, for the command to have, and not for the machine that it runs in.
 */
#ifndef NOFEAR_CALLER_H
#define NOFEAR_CALLER_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Before all else. The umask is then 077, as many files may be open as the hard limit lets, and HOME is set if it can be known. */
void caller_take(void);
mode_t caller_umask(void);
/* As it was; false where the kernel knows no such limit. */
bool caller_limit(unsigned resource, struct rlimit *limit);
/* "; low limits here: ulimit -v 300000, ..." of hard limits that may be why something failed; empty when there are none. */
const char *limits_hint(void);

#endif
