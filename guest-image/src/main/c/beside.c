/*
 * beside.c - a part of the start that runs beside the others, in a process of its own: on another processor, where there is one.
 *
 * It shares the agent's mounts. What it has to say to the host goes to the agent through a pipe, and from there on when the
 * agent waits for it.
 */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct beside beside_begin(const struct agent *agent, void (*part)(struct agent *, struct nf_pairs), struct nf_pairs boot)
{
    struct beside beside = {.process = -1, .said = -1};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return beside;
    beside.process = fork();
    if (beside.process == 0) {
        struct agent self = {.channel = ends[1], .disk = -1, .user = agent->user};
        nf_buffer_init(&self.out, NF_PAYLOAD_MAX);
        part(&self, boot);
        _exit(channel_flush(&self) ? 0 : 1);
    }
    close(ends[1]);
    beside.said = ends[0];
    return beside;
}

void beside_end(struct agent *agent, struct beside beside)
{
    unsigned char piece[512];
    ssize_t n = 0;
    int status = -1;
    while (beside.said >= 0 && ((n = read(beside.said, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            nf_buffer_add(&agent->out, piece, (size_t)n);
    if (beside.said >= 0)
        close(beside.said);
    while (beside.process > 0 && waitpid(beside.process, &status, 0) < 0 && errno == EINTR)
        continue;
    if (status == 0)
        return;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != BESIDE_FAILED)
        agent_fail(agent, "a part of the VM's start ended by itself");
    channel_flush(agent); /* it has said why */
    machine_end(agent, 0);
}
