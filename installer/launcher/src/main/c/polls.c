/*
 * polls.c - the kernel refuses a table that is larger than the number of files that a process may have open (EINVAL), used or
 * not. So it is given the entries that are used, and there are never more of these than open files.
 */
#include "polls.h"

int polls_wait(struct pollfd *polls, size_t n, int timeout)
{
    struct pollfd used[POLLS_MAX];
    size_t place[POLLS_MAX], count = 0;
    for (size_t i = 0; i < n && count < POLLS_MAX; i++) {
        polls[i].revents = 0;
        if (polls[i].fd < 0)
            continue;
        place[count] = i;
        used[count++] = polls[i];
    }
    int result = poll(used, count, timeout);
    for (size_t i = 0; result > 0 && i < count; i++)
        polls[place[i]].revents = used[i].revents;
    return result;
}
