/*
 * descriptor.c - an open file goes from one process to another, over a socket. nofear-tap gives with it, the launcher takes.
 */
#include "descriptor.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

static bool give(int socket, int fd, const void *bytes, size_t size)
{
    char control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec words = {(void *)bytes, size};
    struct msghdr message = {.msg_iov = &words, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    *(int *)(void *)CMSG_DATA(header) = fd;
    return sendmsg(socket, &message, MSG_NOSIGNAL) == (ssize_t)size;
}

bool descriptor_give(int socket, int fd)
{
    return give(socket, fd, "", 1);
}

bool descriptor_give_named(int socket, int fd, const char *name)
{
    return give(socket, fd, name, strlen(name));
}

int descriptor_take_named(int socket, char *name, size_t size)
{
    char control[CMSG_SPACE(sizeof(int))];
    struct iovec words = {name, size - 1};
    struct msghdr message = {.msg_iov = &words, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n;
    while ((n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        continue;
    struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    name[n > 0 ? n : 0] = 0;
    return header && header->cmsg_type == SCM_RIGHTS ? *(int *)(void *)CMSG_DATA(header) : -1;
}

int descriptor_take(int socket)
{
    char byte[2];
    return descriptor_take_named(socket, byte, sizeof byte);
}
