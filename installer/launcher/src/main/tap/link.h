/* The link layer of a tap: addresses, neighbour, and what the guest's frames must look like. The socket is of NETLINK_ROUTE. */
#ifndef NOFEAR_TAP_LINK_H
#define NOFEAR_TAP_LINK_H

#include "slot.h"

#include <stdbool.h>

enum { MAC_SIZE = 6 };
/* The guest's; the gateway's, as guests are told; the tap's own behind a gate (nft.h), where nothing is for it unless a rule says so. */
extern const unsigned char guest_mac[MAC_SIZE], gateway_mac[MAC_SIZE], gated_mac[MAC_SIZE];

/* All of these: 0 or a negative error number. */

/* While it is down: its MAC; no ARP and no multicast. */
int link_prepare(int fd, unsigned index, const unsigned char *mac);
/* The host's address. */
int link_address(int fd, unsigned index, const struct slot *slot);
/* Up, and the guest is where its address says. */
int link_up(int fd, unsigned index, const struct slot *slot);
/* As it was made, should somebody have changed it. */
int link_hold(int fd, unsigned index, const unsigned char *mac, const struct slot *slot);

/* ingress.c: what comes from the guest is IPv4, from its addresses and to the gateway, or nothing. -ENOENT or -EOPNOTSUPP: the
 * kernel can't. */
int ingress_filter(int fd, unsigned index, const struct slot *slot);

#endif
