/* nftables, as far as nofear-tap has to do with it: the host's table, the gate of a tap, the interfaces that guests may leave by. */
#ifndef NOFEAR_TAP_NFT_H
#define NOFEAR_TAP_NFT_H

#include "routes.h"

/* All of these: 0 or a negative error number. The socket is of NETLINK_NETFILTER. */

/* -ENOENT: the table that setup describes is not loaded. */
int nft_table_check(int fd);
/* The gate of an interface: a chain that takes what comes in on it for the host's, without which the kernel takes it for somebody
 * else's. -EAFNOSUPPORT, -EOPNOTSUPP or -ENOENT: the kernel can't. */
int nft_gate_open(int fd, const char *interface);
int nft_gate_remove(int fd, const char *interface);
/* These and no others, at once. */
int nft_uplinks_set(int fd, const struct uplinks *uplinks);

#endif
