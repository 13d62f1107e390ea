/* An open file goes from one process to another, over a UNIX socket. */
#ifndef NOFEAR_DESCRIPTOR_H
#define NOFEAR_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>

bool descriptor_give(int socket, int fd);
bool descriptor_give_named(int socket, int fd, const char *name);
/* -1 when none came. */
int descriptor_take(int socket);
/* With the name that came with it, cut to fit. */
int descriptor_take_named(int socket, char *name, size_t size);

#endif
