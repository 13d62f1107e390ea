/* Messages to and from the kernel's networking: a builder and a parser in bounded memory, and one exchange at a time. */
#ifndef NOFEAR_TAP_NETLINK_H
#define NOFEAR_TAP_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One message or several in a row. What does not fit makes it full, and a full one is never sent. */
struct messages {
    _Alignas(8) unsigned char bytes[8192];
    size_t length, last; /* last: where the last message begins */
    uint32_t first_sequence, sequence;
    unsigned acknowledged; /* messages that ask for an answer */
    bool full;
};
void messages_init(struct messages *messages);
/* Ends the message before; the header is the family's own. */
void message_add(struct messages *messages, uint16_t type, uint16_t flags, const void *header, size_t size);
void attribute_add(struct messages *messages, uint16_t type, const void *bytes, size_t size);
void attribute_text(struct messages *messages, uint16_t type, const char *text); /* with its zero */
void attribute_u32(struct messages *messages, uint16_t type, uint32_t value);    /* as the machine has it */
void attribute_be32(struct messages *messages, uint16_t type, uint32_t value);   /* as nfnetlink has it */
size_t nest_begin(struct messages *messages, uint16_t type);
void nest_end(struct messages *messages, size_t begin);

struct span {
    const unsigned char *at; /* NULL: not there */
    size_t size;
};
/* What follows the family's header of this size; nothing where the message is too short for it. */
struct span message_attributes(const struct nlmsghdr *message, size_t header);
/* The first attribute of this type that has at least so many bytes. */
struct span attribute_find(struct span attributes, uint16_t type, size_t least);
uint32_t span_u32(struct span span); /* as the machine has it; 0 where it is too short */

/* A socket to a netlink family, and to its multicast groups (a bit mask); -1 with errno. */
int netlink_open(int family, uint32_t groups);
/* Called with each message of an answer; false: it has seen enough. */
typedef bool netlink_visitor(const struct nlmsghdr *message, void *context);
/* Sends the messages and waits until all that asked for it are acknowledged; 0 or a negative error number, the first one that came. */
int netlink_ask(int fd, struct messages *messages, netlink_visitor *visitor, void *context);
/* Sends a request for a dump; the same. -EINTR: what was dumped has changed meanwhile, and the answer has holes. */
int netlink_dump(int fd, struct messages *messages, netlink_visitor *visitor, void *context);
/* Takes what has come, without waiting; true if it was anything. */
bool netlink_drain(int fd);

#endif
