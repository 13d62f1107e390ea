/*
 * shares.h - the caller's shared folders, open: see shares.c.
 */
#ifndef NOFEAR_SHARES_H
#define NOFEAR_SHARES_H

#include <stdbool.h>
#include <stddef.h>

enum { SHARES_MAX = 64 };

struct share {
    int fd;           /* O_PATH */
    const char *path; /* the plan's: absolute, without links */
    bool writable;
};

struct shares {
    size_t count;
    struct share share[SHARES_MAX];
};

struct plan;
/* Opens the plan's folders, all or none; false with a line when one of them is not what was planned. */
bool shares_open(struct plan *plan, char *error, size_t size);
void shares_close(struct plan *plan);
bool shares_have(const struct plan *plan, int fd);

/* The directory of an absolute path on which there is no link, O_PATH; -1 with errno. */
int open_without_links(const char *path);
/* What is below a directory, with neither a link nor a .. out of it on the way; a link at the end is itself. O_PATH. */
int open_beneath(int directory, const char *path);

#endif
