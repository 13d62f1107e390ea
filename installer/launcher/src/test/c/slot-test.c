/* slot.c: which addresses and names belong together: the vectors of slots.tsv, to which GuestSubnetTest holds Java as well. */
#include "slot.h"

#include "check.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static bool is(uint32_t address, const char *text)
{
    struct in_addr in = {htonl(address)};
    char shown[INET_ADDRSTRLEN];
    return inet_ntop(AF_INET, &in, shown, sizeof shown) && strcmp(shown, text) == 0;
}

static bool numbers(const char *subnet, bool internet, uint32_t first, uint32_t end)
{
    struct slots slots;
    return slots_of(subnet, internet, &slots) && slots.first == first && slots.end == end;
}

static bool vector(const char *subnet, bool internet, uint32_t number, const char *host, const char *guest)
{
    struct slots slots;
    struct slot slot;
    if (!slots_of(subnet, internet, &slots))
        return false;
    if (strcmp(host, "-") == 0)
        return !slot_at(&slots, number, &slot);
    return slot_at(&slots, number, &slot) && is(slot.host, host) && is(slot.guest, guest);
}

/* How many lines of the file hold; -1 when one does not. */
static int vectors(const char *path)
{
    char line[256], subnet[64], reach[16], host[64], guest[64];
    unsigned number;
    int good = 0;
    FILE *file = fopen(path, "re");
    while (file && good >= 0 && fgets(line, sizeof line, file))
        if (line[0] != '#') {
            bool holds = sscanf(line, "%63s %15s %u %63s %63s", subnet, reach, &number, host, guest) == 5 &&
                         vector(subnet, strcmp(reach, "internet") == 0, number, host, guest);
            good = holds ? good + 1 : -1;
        }
    if (file)
        fclose(file);
    return good;
}

static bool named(const char *name, uint32_t number)
{
    char again[32];
    uint32_t found;
    if (!slot_number(name, &found) || found != number)
        return false;
    slot_name(number, again, sizeof again);
    return strcmp(again, name) == 0;
}

int main(void)
{
    static const char *const no_subnets[] = {"", "x", "10.0.0.0", "10.0.0.0/", "10.0.0.0/30", "10.0.0.0/31", "10.0.0.0/7", "10.0.0.0/024",
                                             "10.0.0.0/+24", "10.0.0.0/24 ", "10.0.0/24", "10.0.0.1/24", "1000.0.0.0.0.0.0.0/24", "::/24"};
    static const char *const no_names[] = {"",         "nofear",     "nofear01",   "nofear-1",         "nofear1x", "nofear 1",
                                           "Nofear1",  "nofear+1",   "xnofear1",   "nofear99999999",   "nofear00", "tap0"};
    struct slots slots;
    uint32_t number;
    CHECK("a /24 has 32 of each kind", numbers("10.177.33.0/24", false, 0, 32) && numbers("10.177.33.0/24", true, 32, 64));
    CHECK("a larger one has no more", numbers("10.0.0.0/8", false, 0, 32) && numbers("10.0.0.0/8", true, 2097152, 2097184));
    CHECK("a /27 has four of each, a /29 one", numbers("10.0.0.32/27", false, 0, 4) && numbers("10.0.0.32/27", true, 4, 8) &&
                                                   numbers("10.0.0.8/29", false, 0, 1) && numbers("10.0.0.8/29", true, 1, 2));
    CHECK("all counts as in Java", vectors(SLOT_VECTORS) >= 20);
    for (size_t i = 0; i < sizeof no_subnets / sizeof no_subnets[0]; i++)
        CHECK("what is no subnet has no slots", !slots_of(no_subnets[i], false, &slots));
    CHECK("a name is a number", named("nofear0", 0) && named("nofear7", 7) && named("nofear63", 63) && named("nofear2097184", 2097184));
    for (size_t i = 0; i < sizeof no_names / sizeof no_names[0]; i++)
        CHECK("another name is none", !slot_number(no_names[i], &number));
    CHECK_END();
}
