/*
 * check.h - a check is a sentence and a condition; ci/c-tests counts the lines "ok" and "FAIL".
 */
#ifndef NOFEAR_CHECK_H
#define NOFEAR_CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int check_failures;

#define CHECK(sentence, condition)                                                          \
    do {                                                                                    \
        if (condition) {                                                                    \
            printf("ok    %s\n", sentence);                                                 \
        } else {                                                                            \
            printf("FAIL  %s\n      %s:%d: %s\n", sentence, __FILE__, __LINE__, #condition); \
            check_failures++;                                                               \
        }                                                                                   \
    } while (0)

#define CHECK_END() return check_failures ? 1 : 0

/* xorshift64*: the same numbers everywhere, from NOFEAR_SEED or 1. */
static uint64_t check_state;

static inline void check_seed(void)
{
    const char *seed = getenv("NOFEAR_SEED");
    check_state = seed ? strtoull(seed, NULL, 10) : 1;
    if (!check_state)
        check_state = 1;
    printf("# seed %llu\n", (unsigned long long)check_state);
}

static inline uint64_t check_random(uint64_t below)
{
    check_state ^= check_state >> 12;
    check_state ^= check_state << 25;
    check_state ^= check_state >> 27;
    return (check_state * 0x2545f4914f6cdd1dU >> 11) % below;
}

#endif
