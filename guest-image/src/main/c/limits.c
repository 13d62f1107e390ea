/*
 * limits.c - what a command may use and how it is ranked: as its caller on the host, never as the agent.
 *
 * EXEC's pairs: limit (repeated; RESOURCE:SOFT:HARD, the kernel's numbers), nice, oom (oom_score_adj). Without them: the
 * kernel's usual values.
 */
#include "agent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* A command that the kernel may never choose would leave it nothing to end when memory runs out. */
enum { OOM_LEAST = -999, OOM_MOST = 1000 };

static void limit_take(const char *text)
{
    unsigned resource;
    unsigned long long soft, hard;
    if (sscanf(text, "%u:%llu:%llu", &resource, &soft, &hard) != 3 || resource >= RLIM_NLIMITS)
        return;
    struct rlimit limit = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    setrlimit(resource, &limit); /* files: agent.c raised what the kernel takes as far as it goes */
}

static int number_within(const char *text, int least, int most)
{
    long number = text ? strtol(text, NULL, 10) : 0;
    return number < least ? least : number > most ? most : (int)number;
}

void limits_take(struct nf_pairs request)
{
    char score[16];
    const char *key, *value;
    for (struct nf_pairs pairs = request; nf_pairs_next(&pairs, &key, &value);)
        if (strcmp(key, "limit") == 0)
            limit_take(value);
    setpriority(PRIO_PROCESS, 0, number_within(nf_pairs_get(request, "nice"), -20, 19));
    snprintf(score, sizeof score, "%d", number_within(nf_pairs_get(request, "oom"), OOM_LEAST, OOM_MOST));
    write_file("/proc/self/oom_score_adj", score);
}
