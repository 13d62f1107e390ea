/* slot.c - see slot.h. */
#include "slot.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_BITS = 8, DIGITS = 7 };

bool slots_of(const char *subnet, bool internet, struct slots *slots)
{
    char network[INET_ADDRSTRLEN];
    struct in_addr first;
    const char *slash = strchr(subnet, '/');
    if (!slash || (size_t)(slash - subnet) >= sizeof network || strlen(slash + 1) > 2 || slash[1] < '0' || slash[1] > '9')
        return false;
    snprintf(network, sizeof network, "%.*s", (int)(slash - subnet), subnet);
    char *end;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (*end || bits < LARGEST_BITS || bits >= SLOT_BITS || inet_pton(AF_INET, network, &first) != 1)
        return false;
    uint32_t half = ((uint32_t)1 << (SLOT_BITS - bits)) / 2;
    slots->network = ntohl(first.s_addr);
    slots->first = internet ? half : 0;
    slots->end = slots->first + (half < SLOTS ? half : SLOTS);
    return (slots->network & (UINT32_MAX >> bits)) == 0;
}

bool slot_at(const struct slots *slots, uint32_t number, struct slot *slot)
{
    uint32_t base = slots->network + 4 * number;
    *slot = (struct slot){number, base + 1, base + 2};
    return number >= slots->first && number < slots->end;
}

bool slot_number(const char *name, uint32_t *number)
{
    const char *digits = name + sizeof SLOT_PREFIX - 1;
    if (strncmp(name, SLOT_PREFIX, sizeof SLOT_PREFIX - 1) != 0 || *digits == 0 || strlen(digits) > DIGITS ||
        (digits[0] == '0' && digits[1]))
        return false;
    *number = 0;
    for (; *digits; digits++) {
        if (*digits < '0' || *digits > '9')
            return false;
        *number = *number * 10 + (uint32_t)(*digits - '0');
    }
    return true;
}

void slot_name(uint32_t number, char *name, size_t size)
{
    snprintf(name, size, SLOT_PREFIX "%u", number);
}
