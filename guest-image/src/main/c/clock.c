/*
 * clock.c - the guest's clock is the host's.
 *
 * BOOT's time is as old as BOOT is when it is read: where the VM goes on from a snapshot, some 0.3 s. So the agent asks: CLOCK with
 * its own uptime goes to the monitor, which answers with that and the time. The answer was right at some moment between question and
 * now; the clock is changed only by what it is surely wrong, so a slow answer never makes a good clock worse. What is far off is
 * set, what is near is slewed: time never runs backwards then.
 *
 * It asks at the start, each minute (the host's clock is steered, the guest's is not), and when the monitor says that the host's
 * clock was set or that the host has slept: an answer to nothing.
 */
#include "agent.h"

#include <sys/timex.h>
#include <time.h>

#define MS 1000000LL
enum { GOOD_MS = 10, SLEW_MS = 10, QUESTIONS = 5, AGAIN_S = 2, PERIOD_S = 64 };

void clock_set(const char *realtime)
{
    uint64_t now;
    if (!nf_number(realtime, UINT64_MAX / 2, &now))
        return;
    struct timespec time = {.tv_sec = (time_t)(now / 1000000000U), .tv_nsec = (long)(now % 1000000000U)};
    clock_settime(CLOCK_REALTIME, &time);
}

static void ask(struct agent *agent)
{
    unsigned char question[16] = {0};
    struct guest_clock *clock = &agent->clock;
    clock->questions++;
    clock->asked = uptime_ns();
    clock->next = clock->asked + AGAIN_S * 1000ULL * MS;
    nf_store_u64(question, clock->asked);
    nf_put(&agent->out, NF_CLOCK, 0, question, sizeof question);
}

void clock_ask(struct agent *agent)
{
    agent->clock.questions = 0;
    ask(agent);
}

static void change(int64_t by)
{
    if (by > -SLEW_MS * MS && by < SLEW_MS * MS) {
        struct timex slew = {.modes = ADJ_OFFSET_SINGLESHOT, .offset = (long)(by / 1000)};
        if (adjtimex(&slew) >= 0)
            return;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t time = (int64_t)now.tv_sec * 1000 * MS + now.tv_nsec + by;
    now = (struct timespec){.tv_sec = (time_t)(time / (1000 * MS)), .tv_nsec = (long)(time % (1000 * MS))};
    clock_settime(CLOCK_REALTIME, &now);
}

void clock_answer(struct agent *agent, const struct nf_frame *frame)
{
    struct guest_clock *clock = &agent->clock;
    struct timespec now;
    uint64_t asked = nf_u64(frame, 0), host = nf_u64(frame, 8);
    if (asked == 0) {
        clock_ask(agent);
        return;
    }
    if (asked != clock->asked || host > INT64_MAX)
        return;
    clock->asked = 0;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t half = (int64_t)(uptime_ns() - asked) / 2;
    int64_t off = (int64_t)host + half - ((int64_t)now.tv_sec * 1000 * MS + now.tv_nsec);
    if (off > half || off < -half)
        change(off);
    if (2 * half <= GOOD_MS * MS)
        clock->next = uptime_ns() + PERIOD_S * 1000ULL * MS;
    else if (clock->questions < QUESTIONS)
        ask(agent);
}

uint64_t clock_turn(struct agent *agent)
{
    if (uptime_ns() >= agent->clock.next)
        clock_ask(agent);
    return agent->clock.next;
}
