/*
 * netlink.c - see netlink.h. Answers come from the kernel; they are checked all the same, since a length that is wrong must not lead
 * anywhere. A wait ends after some seconds.
 */
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ANSWER_SIZE = 65536, WAIT_SECONDS = 5 };

void messages_init(struct messages *messages)
{
    static uint32_t sequence;
    *messages = (struct messages){.first_sequence = sequence + 1, .sequence = sequence};
    sequence += 4096; /* more than fit into one row */
}

static void *room(struct messages *messages, size_t size)
{
    size_t whole = NLMSG_ALIGN(size);
    if (messages->full || size > sizeof messages->bytes || whole > sizeof messages->bytes - messages->length) {
        messages->full = true;
        return NULL;
    }
    void *at = messages->bytes + messages->length;
    messages->length += whole;
    return at;
}

static void length_set(struct messages *messages)
{
    uint32_t length = (uint32_t)(messages->length - messages->last);
    if (messages->length > 0 && !messages->full)
        memcpy(messages->bytes + messages->last, &length, sizeof length);
}

void message_add(struct messages *messages, uint16_t type, uint16_t flags, const void *header, size_t size)
{
    struct nlmsghdr head = {.nlmsg_type = type, .nlmsg_flags = flags | NLM_F_REQUEST, .nlmsg_seq = ++messages->sequence};
    length_set(messages);
    messages->last = messages->length;
    void *at = room(messages, sizeof head), *own = room(messages, size);
    if (!at || !own)
        return;
    memcpy(at, &head, sizeof head);
    memcpy(own, header, size);
    messages->acknowledged += flags & NLM_F_ACK ? 1 : 0;
}

void attribute_add(struct messages *messages, uint16_t type, const void *bytes, size_t size)
{
    struct nlattr head = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type};
    unsigned char *at = size <= 4096 ? room(messages, NLA_HDRLEN + size) : NULL;
    if (!at) {
        messages->full = true;
        return;
    }
    memcpy(at, &head, sizeof head);
    if (size > 0)
        memcpy(at + NLA_HDRLEN, bytes, size);
}

void attribute_text(struct messages *messages, uint16_t type, const char *text)
{
    attribute_add(messages, type, text, strlen(text) + 1);
}

void attribute_u32(struct messages *messages, uint16_t type, uint32_t value)
{
    attribute_add(messages, type, &value, sizeof value);
}

void attribute_be32(struct messages *messages, uint16_t type, uint32_t value)
{
    attribute_u32(messages, type, htonl(value));
}

size_t nest_begin(struct messages *messages, uint16_t type)
{
    size_t begin = messages->length;
    attribute_add(messages, type | NLA_F_NESTED, NULL, 0);
    return begin;
}

void nest_end(struct messages *messages, size_t begin)
{
    uint16_t length = (uint16_t)(messages->length - begin);
    if (!messages->full)
        memcpy(messages->bytes + begin, &length, sizeof length);
}

struct span message_attributes(const struct nlmsghdr *message, size_t header)
{
    size_t skip = NLMSG_HDRLEN + NLMSG_ALIGN(header);
    if (message->nlmsg_len < skip)
        return (struct span){NULL, 0};
    return (struct span){(const unsigned char *)message + skip, message->nlmsg_len - skip};
}

struct span attribute_find(struct span attributes, uint16_t type, size_t least)
{
    const unsigned char *at = attributes.at;
    size_t left = at ? attributes.size : 0;
    struct nlattr head;
    while (left >= sizeof head) {
        memcpy(&head, at, sizeof head);
        if (head.nla_len < NLA_HDRLEN || head.nla_len > left)
            break;
        if ((head.nla_type & NLA_TYPE_MASK) == type && head.nla_len - (size_t)NLA_HDRLEN >= least)
            return (struct span){at + NLA_HDRLEN, head.nla_len - (size_t)NLA_HDRLEN};
        size_t whole = NLA_ALIGN((size_t)head.nla_len);
        if (whole > left)
            break;
        at += whole;
        left -= whole;
    }
    return (struct span){NULL, 0};
}

uint32_t span_u32(struct span span)
{
    uint32_t value = 0;
    if (span.at && span.size >= sizeof value)
        memcpy(&value, span.at, sizeof value);
    return value;
}

int netlink_open(int family, uint32_t groups)
{
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    struct timeval wait = {.tv_sec = WAIT_SECONDS};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0 &&
        bind(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* Bytes from the kernel and from nobody else; a negative error number when none come. */
static ssize_t receive(int fd, unsigned char *bytes, size_t size, int flags)
{
    for (;;) {
        struct sockaddr_nl from = {.nl_pid = 1};
        struct iovec place = {bytes, size};
        struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &place, .msg_iovlen = 1};
        ssize_t n = recvmsg(fd, &message, flags);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN && !(flags & MSG_DONTWAIT) ? -ETIMEDOUT : -errno;
        if (message.msg_flags & MSG_TRUNC)
            return -EMSGSIZE;
        if (from.nl_pid == 0)
            return n;
    }
}

struct exchange {
    uint32_t first, last;
    unsigned wanted; /* acknowledgements that are still to come */
    bool dump, over;
    int result;
    netlink_visitor *visitor;
    void *context;
};

static void error_take(struct exchange *exchange, const struct nlmsghdr *message)
{
    int error = 0;
    if (message->nlmsg_len >= NLMSG_HDRLEN + sizeof error)
        memcpy(&error, (const unsigned char *)message + NLMSG_HDRLEN, sizeof error);
    if (error < 0 && exchange->result == 0)
        exchange->result = error;
    if (exchange->wanted > 0)
        exchange->wanted--;
    exchange->over = exchange->dump || exchange->wanted == 0 || exchange->result < 0;
}

static void message_take(struct exchange *exchange, const struct nlmsghdr *message)
{
    if (message->nlmsg_seq < exchange->first || message->nlmsg_seq > exchange->last)
        return; /* of an exchange before, or an event */
    if (message->nlmsg_flags & NLM_F_DUMP_INTR)
        exchange->result = -EINTR;
    if (message->nlmsg_type == NLMSG_ERROR)
        error_take(exchange, message);
    else if (message->nlmsg_type == NLMSG_DONE)
        exchange->over = true;
    else if (message->nlmsg_type >= NLMSG_MIN_TYPE && exchange->visitor && !exchange->visitor(message, exchange->context))
        exchange->visitor = NULL;
}

static int run(int fd, struct messages *messages, struct exchange *exchange)
{
    _Alignas(8) unsigned char answer[ANSWER_SIZE];
    length_set(messages);
    if (messages->full)
        return -EMSGSIZE;
    exchange->first = messages->first_sequence;
    exchange->last = messages->sequence;
    while (send(fd, messages->bytes, messages->length, 0) < 0)
        if (errno != EINTR)
            return -errno;
    while (!exchange->over) {
        ssize_t n = receive(fd, answer, sizeof answer, 0);
        if (n < 0)
            return (int)n;
        struct nlmsghdr head;
        for (size_t at = 0; (size_t)n - at >= sizeof head;) {
            memcpy(&head, answer + at, sizeof head);
            if (head.nlmsg_len < sizeof head || head.nlmsg_len > (size_t)n - at)
                return -EBADMSG;
            message_take(exchange, (const struct nlmsghdr *)(const void *)(answer + at));
            if (NLMSG_ALIGN(head.nlmsg_len) >= (size_t)n - at)
                break;
            at += NLMSG_ALIGN(head.nlmsg_len);
        }
    }
    return exchange->result;
}

int netlink_ask(int fd, struct messages *messages, netlink_visitor *visitor, void *context)
{
    struct exchange exchange = {.wanted = messages->acknowledged, .visitor = visitor, .context = context};
    return run(fd, messages, &exchange);
}

int netlink_dump(int fd, struct messages *messages, netlink_visitor *visitor, void *context)
{
    struct exchange exchange = {.dump = true, .visitor = visitor, .context = context};
    return run(fd, messages, &exchange);
}

bool netlink_drain(int fd)
{
    _Alignas(8) unsigned char bytes[ANSWER_SIZE];
    bool any = false;
    for (int i = 0; i < 256; i++) {
        ssize_t n = receive(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (n == -EAGAIN)
            break;
        any = true; /* also when too much came (ENOBUFS) */
    }
    return any;
}
