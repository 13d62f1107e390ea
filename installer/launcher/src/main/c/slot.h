/*
 * The slots of the VMs' network, of which each VM has one: the N-th four addresses of the subnet, on the interface nofearN. Those in
 * the lower half of the subnet reach what the host reaches, those in the upper half the Internet alone; the host's firewall goes by
 * that, and knows the first SLOTS of each half. nofear-tap and the launcher count alike, here.
 */
#ifndef NOFEAR_SLOT_H
#define NOFEAR_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOTS = 32, SLOT_BITS = 30 };
#define SLOT_PREFIX "nofear"

struct slots {
    uint32_t network;    /* the subnet's first address */
    uint32_t first, end; /* the numbers, end excluded */
};
struct slot {
    uint32_t number, host, guest; /* addresses */
};
/* Of "10.177.33.0/24"; false where that is no subnet with two halves. */
bool slots_of(const char *subnet, bool internet, struct slots *slots);
/* False where they do not have this number. */
bool slot_at(const struct slots *slots, uint32_t number, struct slot *slot);
/* "nofear12" is 12: no sign, no leading zero, so that each name has one number and each number one name. */
bool slot_number(const char *name, uint32_t *number);
void slot_name(uint32_t number, char *name, size_t size);

#endif
