/* Which interfaces lead to the rest of the world. */
#ifndef NOFEAR_TAP_ROUTES_H
#define NOFEAR_TAP_ROUTES_H

#include <net/if.h>
#include <stddef.h>

enum { UPLINKS = 64 };
struct uplinks {
    size_t count;
    char names[UPLINKS][IFNAMSIZ]; /* what is behind a name's end is zero */
};
/* A socket that is readable when routes or interfaces change, or -1. */
int routes_watch(void);
/* The interfaces that carry a default route, in any table; 0 or a negative error number. */
int routes_uplinks(int fd, struct uplinks *uplinks);

#endif
