/* An open file goes from one process to another, over a UNIX socket. */
#ifndef NOFEAR_DESCRIPTOR_H
#define NOFEAR_DESCRIPTOR_H

#include <stdbool.h>

bool descriptor_give(int socket, int fd);
/* -1 when none came. */
int descriptor_take(int socket);

#endif
