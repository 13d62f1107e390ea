/*
 * tsc.c - how fast this processor's time stamp counter runs, in kHz.
 *
 * An emulated processor's counter is the host's, but QEMU's microvm has nothing that a guest could measure it against: its
 * kernel would fall back to counting timer interrupts, a clock of 10 ms steps, and waiting for those early in the boot hangs
 * now and then. So the kernel is told (tsc_early_khz=@TSC_KHZ@). Measured between the start of this program and now, on the
 * clock that nobody adjusts; each end is the closest of some pairs of readings, so that being interrupted does no harm.
 */
#include "nofear.h"

#include <time.h>

#ifdef __x86_64__
#include <x86intrin.h>

enum { PAIRS = 8, SHORTEST_NS = 2000000 };

struct reading {
    uint64_t ticks, ns;
};

static struct reading began;

static uint64_t raw_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static struct reading read_both(void)
{
    struct reading best = {0, 0};
    uint64_t closest = UINT64_MAX;
    for (int i = 0; i < PAIRS; i++) {
        uint64_t before = __rdtsc(), ns = raw_ns(), after = __rdtsc();
        if (after - before < closest) {
            closest = after - before;
            best = (struct reading){before + closest / 2, ns};
        }
    }
    return best;
}

void tsc_begin(void)
{
    began = read_both();
}

uint64_t tsc_khz(void)
{
    struct reading now;
    do
        now = read_both();
    while (now.ns - began.ns < SHORTEST_NS);
    return (uint64_t)((double)(now.ticks - began.ticks) * 1e6 / (double)(now.ns - began.ns) + 0.5);
}

#else

void tsc_begin(void)
{
}

uint64_t tsc_khz(void)
{
    return 0; /* the kernel then finds out by itself */
}

#endif
