/*
 * routes.c - see routes.h. A default route is one to everywhere, or to one half of everywhere: VPN clients make two of these, so as to
 * leave the one that was there. Of more interfaces than there is room for the rest is left out: then less is open, not more. A kernel
 * that is told not to name the interfaces of nexthop objects (net.ipv4.nexthop_compat_mode = 0) shows none for them: the same.
 */
#include "routes.h"

#include "netlink.h"
#include "slot.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

int routes_watch(void)
{
    return netlink_open(NETLINK_ROUTE, RTMGRP_IPV4_ROUTE | RTMGRP_LINK);
}

struct indices {
    size_t count;
    unsigned index[UPLINKS];
};

static void index_add(struct indices *indices, unsigned index)
{
    for (size_t i = 0; i < indices->count; i++)
        if (indices->index[i] == index)
            return;
    if (index != 0 && indices->count < UPLINKS)
        indices->index[indices->count++] = index;
}

static void nexthops_add(struct indices *indices, struct span several)
{
    struct rtnexthop hop;
    while (several.size >= sizeof hop) {
        memcpy(&hop, several.at, sizeof hop);
        if (hop.rtnh_len < sizeof hop || hop.rtnh_len > several.size)
            return;
        index_add(indices, (unsigned)hop.rtnh_ifindex);
        size_t whole = NLMSG_ALIGN((size_t)hop.rtnh_len);
        if (whole >= several.size)
            return;
        several.at += whole;
        several.size -= whole;
    }
}

static bool route_take(const struct nlmsghdr *message, void *context)
{
    struct rtmsg route;
    struct span attributes = message_attributes(message, sizeof route);
    if (message->nlmsg_type != RTM_NEWROUTE || !attributes.at)
        return true;
    memcpy(&route, (const unsigned char *)message + NLMSG_HDRLEN, sizeof route);
    if (route.rtm_family != AF_INET || route.rtm_dst_len > 1 || route.rtm_type != RTN_UNICAST || route.rtm_flags & RTM_F_CLONED)
        return true;
    index_add(context, span_u32(attribute_find(attributes, RTA_OIF, sizeof(uint32_t))));
    nexthops_add(context, attribute_find(attributes, RTA_MULTIPATH, sizeof(struct rtnexthop)));
    return true;
}

int routes_uplinks(int fd, struct uplinks *uplinks)
{
    struct messages messages;
    struct indices indices;
    const struct rtmsg all = {.rtm_family = AF_INET};
    int result = -EINTR;
    for (int i = 0; result == -EINTR && i < 8; i++) {
        indices = (struct indices){.count = 0};
        messages_init(&messages);
        message_add(&messages, RTM_GETROUTE, NLM_F_DUMP, &all, sizeof all);
        result = netlink_dump(fd, &messages, route_take, &indices);
    }
    memset(uplinks, 0, sizeof *uplinks); /* all of it: it is compared as bytes, and names go to the kernel whole */
    for (size_t i = 0; result == 0 && i < indices.count; i++) {
        char name[IFNAMSIZ] = "";
        uint32_t slot;
        if (if_indextoname(indices.index[i], name) && strcmp(name, "lo") != 0 && !slot_number(name, &slot))
            snprintf(uplinks->names[uplinks->count++], IFNAMSIZ, "%s", name);
    }
    return result;
}
