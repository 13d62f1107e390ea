/*
 * link.c - see link.h. There is no ARP on the link: both sides know each other's address beforehand, so the guest has nothing to forge
 * and the host's table of neighbours nothing to learn.
 */
#include "link.h"

#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

const unsigned char guest_mac[MAC_SIZE] = {0x02, 0x15, 0x15, 0x15, 0x15, 0x15},
                    gateway_mac[MAC_SIZE] = {0x02, 0x15, 0x15, 0x15, 0x15, 0x01},
                    gated_mac[MAC_SIZE] = {0x02, 0x15, 0x15, 0x15, 0x15, 0x02};

static int link_set(int fd, unsigned index, const unsigned char *mac, unsigned flags, unsigned change)
{
    struct messages messages;
    const struct ifinfomsg head = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index, .ifi_flags = flags, .ifi_change = change};
    messages_init(&messages);
    message_add(&messages, RTM_NEWLINK, NLM_F_ACK, &head, sizeof head);
    if (mac)
        attribute_add(&messages, IFLA_ADDRESS, mac, MAC_SIZE);
    return netlink_ask(fd, &messages, NULL, NULL);
}

int link_prepare(int fd, unsigned index, const unsigned char *mac)
{
    return link_set(fd, index, mac, IFF_NOARP, IFF_NOARP | IFF_MULTICAST);
}

int link_address(int fd, unsigned index, const struct slot *slot)
{
    struct messages messages;
    uint32_t host = htonl(slot->host);
    const struct ifaddrmsg head = {.ifa_family = AF_INET, .ifa_prefixlen = SLOT_BITS, .ifa_index = index};
    messages_init(&messages);
    message_add(&messages, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, &head, sizeof head);
    attribute_add(&messages, IFA_LOCAL, &host, sizeof host);
    attribute_add(&messages, IFA_ADDRESS, &host, sizeof host);
    return netlink_ask(fd, &messages, NULL, NULL);
}

static int neighbour_set(int fd, unsigned index, const struct slot *slot)
{
    struct messages messages;
    uint32_t guest = htonl(slot->guest);
    const struct ndmsg head = {.ndm_family = AF_INET, .ndm_ifindex = (int)index, .ndm_state = NUD_PERMANENT};
    messages_init(&messages);
    message_add(&messages, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, &head, sizeof head);
    attribute_add(&messages, NDA_DST, &guest, sizeof guest);
    attribute_add(&messages, NDA_LLADDR, guest_mac, MAC_SIZE);
    return netlink_ask(fd, &messages, NULL, NULL);
}

int link_up(int fd, unsigned index, const struct slot *slot)
{
    int result = link_set(fd, index, NULL, IFF_UP, IFF_UP);
    return result < 0 ? result : neighbour_set(fd, index, slot);
}

struct state {
    unsigned flags;
    unsigned char mac[MAC_SIZE];
};

static bool link_take(const struct nlmsghdr *message, void *context)
{
    struct state *state = context;
    struct ifinfomsg head;
    struct span attributes = message_attributes(message, sizeof head), mac = attribute_find(attributes, IFLA_ADDRESS, MAC_SIZE);
    if (message->nlmsg_type != RTM_NEWLINK || !mac.at)
        return true;
    memcpy(&head, (const unsigned char *)message + NLMSG_HDRLEN, sizeof head);
    memcpy(state->mac, mac.at, MAC_SIZE);
    state->flags = head.ifi_flags;
    return false;
}

/* udev may give a MAC of its own to an interface that it has just seen; and one that was down for a while (nofear-net stop) has no
 * neighbours left. */
int link_hold(int fd, unsigned index, const unsigned char *mac, const struct slot *slot)
{
    struct messages messages;
    struct state state = {.flags = 0};
    const struct ifinfomsg head = {.ifi_family = AF_UNSPEC, .ifi_index = (int)index};
    messages_init(&messages);
    message_add(&messages, RTM_GETLINK, NLM_F_ACK, &head, sizeof head);
    int result = netlink_ask(fd, &messages, link_take, &state);
    bool same = (state.flags & (IFF_NOARP | IFF_MULTICAST)) == IFF_NOARP && memcmp(state.mac, mac, MAC_SIZE) == 0;
    if (result == 0 && !same)
        result = link_prepare(fd, index, mac);
    return result == 0 && state.flags & IFF_UP ? neighbour_set(fd, index, slot) : result;
}
