/*
 * boot.c - BOOT: what the agent needs to set the guest up. The plan's boot.KEY values as KEY, the network's numbers where they
 * are known only now, the time, and a random seed.
 */
#include "nofear.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static void network(struct nf_buffer *pairs, const struct plan *plan, const struct places *places)
{
    if (plan_get(plan, "boot.net.address"))
        return;
    if (plan_is(plan, "net.mode", "user")) { /* QEMU's own little network */
        nf_pair_add(pairs, "net.address", "10.0.2.15");
        nf_pair_add(pairs, "net.prefix", "24");
        nf_pair_add(pairs, "net.gateway", "10.0.2.2");
        if (!plan_get(plan, "net.dns"))
            nf_pair_add(pairs, "net.dns", "10.0.2.3");
    } else if (places->guest_ip[0]) {
        nf_pair_add(pairs, "net.address", places->guest_ip);
        nf_pair_add(pairs, "net.prefix", places->prefix);
        nf_pair_add(pairs, "net.gateway", places->host_ip);
    } else {
        return;
    }
    struct nf_pairs at = plan->pairs;
    for (const char *server; (server = plan_next(&at, "net.dns"));)
        nf_pair_add(pairs, "net.dns", server);
}

/* The caller's other groups, by number: the guest's kernel decides with them who may reach what is shared. Root's is nobody's gift. */
static void groups(struct nf_buffer *pairs)
{
    gid_t found[256];
    int n = getgroups(256, found);
    for (int i = 0; i < n; i++)
        if (found[i] != 0)
            nf_pair_add_number(pairs, "user.group", found[i]);
}

static void seed(struct nf_buffer *pairs)
{
    unsigned char bytes[32];
    char text[2 * sizeof bytes + 1];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    nf_pair_add(pairs, "random", text);
}

void boot_send(struct nf_buffer *out, const struct plan *plan, const struct places *places)
{
    struct nf_buffer pairs;
    struct timespec time;
    struct nf_pairs at = plan->pairs;
    const char *key, *value;
    nf_buffer_init(&pairs, NF_PAYLOAD_MAX);
    nf_pair_add(&pairs, "version", NF_VERSION);
    while (nf_pairs_next(&at, &key, &value))
        if (strncmp(key, "boot.", 5) == 0) {
            char *filled = places_fill(places, value);
            nf_pair_add(&pairs, key + 5, filled);
            free(filled);
        }
    network(&pairs, plan, places);
    groups(&pairs);
    seed(&pairs);
    clock_gettime(CLOCK_REALTIME, &time);
    nf_pair_add_number(&pairs, "time", (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec);
    nf_put(out, NF_BOOT, 0, pairs.data, nf_buffer_size(&pairs));
    nf_buffer_free(&pairs);
}
