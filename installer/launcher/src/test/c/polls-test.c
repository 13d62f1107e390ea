/* polls.c: a table that is larger than the number of files that may be open is no error. */
#include "nofear.h"

#include "check.h"
#include "polls.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
    struct rlimit few = {16, 16};
    struct pollfd polls[POLLS_MAX];
    int ends[2];
    if (pipe(ends) < 0 || write(ends[1], "x", 1) != 1 || setrlimit(RLIMIT_NOFILE, &few) < 0)
        return 2;
    memset(polls, 0xff, sizeof polls); /* no descriptors */
    polls[200] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    polls[7] = (struct pollfd){.fd = ends[1], .events = 0};
    CHECK("the kernel refuses the whole table", poll(polls, POLLS_MAX, 0) < 0 && errno == EINVAL);
    CHECK("but not the entries that are used", polls_wait(polls, POLLS_MAX, 0) == 1 && polls[200].revents == POLLIN);
    CHECK("the others have no events", polls[7].revents == 0 && polls[0].revents == 0 && polls[POLLS_MAX - 1].revents == 0);
    polls[200].fd = -1;
    CHECK("none used: the time goes by", polls_wait(polls, POLLS_MAX, 1) == 0 && polls[200].revents == 0);
    CHECK_END();
}
