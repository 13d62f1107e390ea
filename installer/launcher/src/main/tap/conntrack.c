/*
 * conntrack.c - the next VM with an address must not inherit the last one's connections: what comes in for them would be passed on to
 * it, since it is an answer. All of them are asked for and those of the address deleted, by a second socket while the first one reads.
 */
#include "conntrack.h"

#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 8 };

struct search {
    uint32_t address; /* in network order */
    int deleter, result;
    unsigned found;
};

static uint16_t type_of(uint16_t what)
{
    return (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | what);
}

static bool tuple_has(struct span tuple, uint32_t address)
{
    struct span addresses = attribute_find(tuple, CTA_TUPLE_IP, 0);
    struct span from = attribute_find(addresses, CTA_IP_V4_SRC, sizeof address);
    struct span to = attribute_find(addresses, CTA_IP_V4_DST, sizeof address);
    return (from.at && span_u32(from) == address) || (to.at && span_u32(to) == address);
}

/* By what the kernel itself calls it. */
static int forget(int fd, struct span entry, struct span tuple)
{
    struct messages messages;
    const struct nfgenmsg head = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
    struct span id = attribute_find(entry, CTA_ID, sizeof(uint32_t)), zone = attribute_find(entry, CTA_ZONE, sizeof(uint16_t));
    messages_init(&messages);
    message_add(&messages, type_of(IPCTNL_MSG_CT_DELETE), NLM_F_ACK, &head, sizeof head);
    attribute_add(&messages, CTA_TUPLE_ORIG | NLA_F_NESTED, tuple.at, tuple.size);
    if (id.at)
        attribute_add(&messages, CTA_ID, id.at, id.size);
    if (zone.at)
        attribute_add(&messages, CTA_ZONE, zone.at, zone.size);
    int result = netlink_ask(fd, &messages, NULL, NULL);
    return result == -ENOENT ? 0 : result; /* it has ended by itself */
}

static bool entry_take(const struct nlmsghdr *message, void *context)
{
    struct search *search = context;
    struct span entry = message_attributes(message, sizeof(struct nfgenmsg));
    struct span there = attribute_find(entry, CTA_TUPLE_ORIG, 1), back = attribute_find(entry, CTA_TUPLE_REPLY, 1);
    if (message->nlmsg_type != type_of(IPCTNL_MSG_CT_NEW) || !there.at ||
        !(tuple_has(there, search->address) || tuple_has(back, search->address)))
        return true;
    search->found++;
    int result = forget(search->deleter, entry, there);
    if (result < 0)
        search->result = result;
    return result == 0;
}

static int search_once(int reader, struct search *search)
{
    struct messages messages;
    const struct nfgenmsg head = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
    messages_init(&messages);
    message_add(&messages, type_of(IPCTNL_MSG_CT_GET), NLM_F_DUMP, &head, sizeof head);
    int result = netlink_dump(reader, &messages, entry_take, search);
    return search->result < 0 ? search->result : result == -EINTR ? 0 : result;
}

/* Until none is found any more. */
int conntrack_forget(uint32_t address)
{
    struct search search = {.address = htonl(address), .found = 1};
    int reader = netlink_open(NETLINK_NETFILTER, 0), result = 0;
    search.deleter = netlink_open(NETLINK_NETFILTER, 0);
    if (reader < 0 || search.deleter < 0)
        result = -errno;
    for (int i = 0; result == 0 && search.found > 0; i++) {
        search.found = 0;
        result = search_once(reader, &search);
        if (search.found > 0 && i == ROUNDS)
            result = -EBUSY;
    }
    if (reader >= 0)
        close(reader);
    if (search.deleter >= 0)
        close(search.deleter);
    return result;
}
