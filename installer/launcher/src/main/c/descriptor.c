/*
 * descriptor.c - an open file goes from one process to another, over a socket. nofear-tap gives with it, the launcher takes.
 */
#include "descriptor.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

bool descriptor_give(int socket, int fd)
{
    char byte = 0, control[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec bytes = {&byte, 1};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    *(int *)(void *)CMSG_DATA(header) = fd;
    return sendmsg(socket, &message, MSG_NOSIGNAL) == 1;
}

int descriptor_take(int socket)
{
    char byte, control[CMSG_SPACE(sizeof(int))];
    struct iovec bytes = {&byte, 1};
    struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    ssize_t n;
    while ((n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR)
        continue;
    struct cmsghdr *header = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    return header && header->cmsg_type == SCM_RIGHTS ? *(int *)(void *)CMSG_DATA(header) : -1;
}
