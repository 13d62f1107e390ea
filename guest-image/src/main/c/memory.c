/*
 * memory.c - what happens when the guest's memory runs out.
 *
 * There is no swap, but there are the host's programs, whose pages can always be dropped and read again: without a limit the
 * kernel does that for minutes, with nothing getting on, before it kills the process that is too large. So it is told to keep what
 * was used in the last second (Documentation/admin-guide/mm/multigen_lru.rst), and to kill instead.
 *
 * Of a process that was killed nobody would learn why: the kernel's counter tells, and the caller gets a line.
 */
#include "agent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNTER "\noom_kill "

void memory_set(void)
{
    /* A kernel of a distribution may have it and not use it; an older one has none. */
    write_file("/sys/kernel/mm/lru_gen/enabled", "y");
    write_file("/sys/kernel/mm/lru_gen/min_ttl_ms", "1000");
}

/* How many processes the kernel has killed since it started; 0 where it does not count them. */
static unsigned long kills(void)
{
    char text[16384]; /* /proc/vmstat: some 5 KiB */
    int fd = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t n;
    while (fd >= 0 && (n = read(fd, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)n;
    if (fd >= 0)
        close(fd);
    text[length] = 0;
    const char *counter = strstr(text, COUNTER);
    return counter ? strtoul(counter + strlen(COUNTER), NULL, 10) : 0;
}

void memory_tell(struct agent *agent, const struct session *session)
{
    static const char line[] = "the VM ran out of memory, and its kernel killed a process: give it more with --memory";
    agent->kills = kills();
    if (agent->kills > session->kills_before)
        nf_put(&agent->out, NF_NOTE, session->id, line, strlen(line));
}
