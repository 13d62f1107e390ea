/*
 * plan.c - reads a launch plan: pairs (see protocol.h), the first of which is format=nofear-plan-2.
 */
#include "nofear.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool plan_read(struct plan *plan, int fd)
{
    struct nf_buffer bytes;
    ssize_t n;
    memset(plan, 0, sizeof *plan);
    nf_buffer_init(&bytes, PLAN_MAX);
    while ((n = nf_buffer_fill(&bytes, fd, 16384)) > 0)
        continue;
    if (n == 0)
        return plan_take(plan, &bytes);
    nf_buffer_free(&bytes);
    return false;
}

bool plan_take(struct plan *plan, struct nf_buffer *bytes)
{
    size_t length = nf_buffer_size(bytes);
    const char *key, *value;
    struct nf_pairs pairs = nf_pairs_of(bytes->data, length);
    memset(plan, 0, sizeof *plan);
    if (length > PLAN_MAX || !nf_pairs_valid(bytes->data, length) || !nf_pairs_next(&pairs, &key, &value) ||
        strcmp(key, "format") != 0 || strcmp(value, "nofear-plan-2") != 0) {
        nf_buffer_free(bytes);
        return false;
    }
    plan->data = (char *)bytes->data; /* start is 0: nothing was dropped */
    plan->length = length;
    plan->pairs = nf_pairs_of(plan->data, length);
    return true;
}

void plan_free(struct plan *plan)
{
    shares_close(plan);
    free(plan->data);
    memset(plan, 0, sizeof *plan);
}

const char *plan_get(const struct plan *plan, const char *key)
{
    return nf_pairs_get(plan->pairs, key);
}

const char *plan_need(const struct plan *plan, const char *key)
{
    const char *value = plan_get(plan, key);
    if (!value)
        die("the launch plan has no %s: install again", key);
    return value;
}

bool plan_is(const struct plan *plan, const char *key, const char *value)
{
    const char *found = plan_get(plan, key);
    return found && strcmp(found, value) == 0;
}

uint64_t plan_number(const struct plan *plan, const char *key, uint64_t otherwise, uint64_t max)
{
    uint64_t value;
    return nf_number(plan_get(plan, key), max, &value) ? value : otherwise;
}

const char *plan_next(struct nf_pairs *at, const char *wanted)
{
    const char *key, *value;
    while (nf_pairs_next(at, &key, &value))
        if (strcmp(key, wanted) == 0)
            return value;
    return NULL;
}

/* FNV-1a over all that shapes the VM; what belongs to a call (environment, directory, timing) is left out. So is the seed: that
 * the host's /etc has changed since a VM was started is no reason not to join it. */
uint64_t plan_machine(const struct plan *plan)
{
    static const char *const shape[] = {"vmm.", "boot.", "net.", "share.", "confine.", "channel", "disk", "landlock"};
    const char *seed = plan_get(plan, "seed");
    uint64_t hash = 0xcbf29ce484222325U;
    struct nf_pairs at = plan->pairs;
    const char *key, *value;
    while (nf_pairs_next(&at, &key, &value)) {
        bool counts = false;
        for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++)
            counts |= strncmp(key, shape[i], strlen(shape[i])) == 0;
        counts &= !seed || !strstr(value, seed);
        for (const char *c = key; counts && c < at.at; c++)
            hash = (hash ^ (unsigned char)*c) * 0x100000001b3U;
    }
    return hash;
}
