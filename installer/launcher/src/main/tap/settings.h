/* launch.conf: what setup wrote for the launcher and for this program. */
#ifndef NOFEAR_TAP_SETTINGS_H
#define NOFEAR_TAP_SETTINGS_H

#include <stdbool.h>

struct settings {
    char network[32], subnet[32];
    bool nft; /* the firewall is nftables', so there is a table to look for and a gate to make */
};
/* Of the file beside this program; why not, where it says false. */
bool settings_read(struct settings *settings, const char **why);

#endif
