/*
 * memory.c - what happens when the guest's memory runs out.
 *
 * There is no swap, but there are the host's programs, whose pages can always be dropped and read again: the kernel may do that
 * for minutes, with nothing getting on, before it kills the process that is too large. It tells when everybody waits for memory
 * (Documentation/accounting/psi.rst); where next to no file is left in memory then, it is made to kill at once. Programs that
 * read more than there is memory wait as well, but have memory full of files.
 *
 * Of a process that was killed nobody would learn why: the kernel's counter tells, and the caller gets a line.
 */
#include "agent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Half of 5 s, in microseconds: from there on, what is done is done at a crawl. */
#define STALLED "full 2500000 5000000"
enum { FILES_PERCENT = 3 };

/* The number behind a line's end and a word, in a file of /proc; 0 where there is none. */
static unsigned long number_of(const char *text, const char *word)
{
    const char *line = strstr(text, word);
    return line ? strtoul(line + strlen(word), NULL, 10) : 0;
}

int memory_watch(void)
{
    int fd = open("/proc/pressure/memory", O_RDWR | O_NONBLOCK | O_CLOEXEC); /* a kernel of a distribution may have none */
    if (fd >= 0 && write(fd, STALLED, sizeof STALLED) != sizeof STALLED) {
        close(fd);
        fd = -1;
    }
    return fd;
}

void memory_short(void)
{
    char text[8192]; /* some 1500 bytes */
    text[0] = '\n'; /* before the first line as before the others */
    read_text("/proc/meminfo", text + 1, sizeof text - 1);
    unsigned long files = number_of(text, "\nActive(file):") + number_of(text, "\nInactive(file):");
    if (files < number_of(text, "\nMemTotal:") * FILES_PERCENT / 100)
        write_file("/proc/sysrq-trigger", "f");
}

void memory_tell(struct agent *agent, const struct session *session)
{
    static const char line[] = "the VM ran out of memory, and its kernel killed a process: give it more with --memory";
    char text[16384]; /* some 5 KiB */
    read_text("/proc/vmstat", text, sizeof text);
    agent->kills = number_of(text, "\noom_kill ");
    if (agent->kills > session->kills_before)
        nf_put(&agent->out, NF_NOTE, session->id, line, strlen(line));
}
