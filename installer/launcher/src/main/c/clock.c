/*
 * clock.c - what the guest's agent is told of the host's clock, see its clock.c.
 *
 * A timer that never ends is cancelled when the clock is set, and when the host wakes up (timerfd_create(2)): then the agent is
 * told to ask. So nothing here wakes up by itself.
 */
#include "monitor.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NEVER 4102444800LL /* 2100-01-01, in seconds since 1970 */

static void arm(int timer)
{
    const struct itimerspec never = {.it_value.tv_sec = NEVER};
    timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

int clock_watch(void)
{
    int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer >= 0)
        arm(timer);
    return timer;
}

bool clock_tell(struct monitor *m, uint64_t asked)
{
    unsigned char answer[16];
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    nf_store_u64(answer, asked);
    nf_store_u64(answer + 8, (uint64_t)time.tv_sec * 1000000000U + (uint64_t)time.tv_nsec);
    return nf_put(&m->out, NF_CLOCK, 0, answer, sizeof answer) == 0;
}

void clock_changed(struct monitor *m)
{
    uint64_t ended;
    if (read(m->clock, &ended, sizeof ended) == (ssize_t)sizeof ended) { /* it is 2100 */
        close(m->clock);
        m->clock = -1;
        return;
    }
    arm(m->clock);
    if (m->phase == RUNNING)
        clock_tell(m, 0);
}
