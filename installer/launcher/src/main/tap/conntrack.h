/* Connections that the host's connection tracking remembers. */
#ifndef NOFEAR_TAP_CONNTRACK_H
#define NOFEAR_TAP_CONNTRACK_H

#include <stdint.h>

/* Forgets all that an address has to do with; 0, or a negative error number: -EINVAL, -EOPNOTSUPP or -EPROTONOSUPPORT where the
 * kernel has nothing of the kind. */
int conntrack_forget(uint32_t address);

#endif
